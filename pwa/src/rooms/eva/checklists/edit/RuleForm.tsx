import { Button, Field, Icon, type Option, Select } from "../../../../ui";
import { choicesOf, type Definition, type Op, type Question, type Rule } from "../../questions/definition";
import {
  candidates,
  firstCondition,
  type Group,
  groupOf,
  type How,
  type Item,
  isGroup,
  likeliest,
  opInWords,
  opsFor,
  ruleOf,
  valueKind,
  withOp,
} from "../conditions";
import { type At, type Condition, questionsByCode } from "../places";
import { HOW_WORDS, ruleInWords, shortened } from "../words";
import { NumberField } from "./NumberField";

interface Where {
  definition: Definition;
  at: At;
  /** The rule may be about the question's own answer. */
  self?: boolean;
}

interface RuleFormProps extends Where {
  /** What holds when the rule does: "It is asked". */
  legend: string;
  rule: Rule | null;
  /** Said while there is no rule. */
  none: string;
  /** Of the button that adds the first condition. */
  add: string;
  error?: string | null | undefined;
  onChange: (rule: Rule | null) => void;
}

/** A rule put together by choosing: which question, how, and what. */
export function RuleForm(props: RuleFormProps) {
  const { definition, at, rule, onChange } = props;
  const self = props.self ?? false;
  const group = groupOf(rule);
  const first = likeliest(definition, at, self);
  return (
    <fieldset class={props.error ? "rule field-wrong" : "rule"}>
      <legend class="field-label">{props.legend}</legend>
      {props.error && (
        <div class="field-error">
          <Icon name="warning" /> {props.error}
        </div>
      )}
      {group.items.length === 0 ? (
        <p class="quiet-text">{props.none}</p>
      ) : (
        <>
          <p class="rule-words">{ruleInWords(rule, questionsByCode(definition))}</p>
          <GroupForm
            definition={definition}
            at={at}
            self={self}
            group={group}
            depth={0}
            onChange={(next) => onChange(ruleOf(next))}
          />
        </>
      )}
      {group.items.length === 0 &&
        (first ? (
          <Button icon="plus" onClick={() => onChange(firstCondition(first))}>
            {props.add}
          </Button>
        ) : (
          <p class="quiet-text small-text">There is no other question yet that it could depend on.</p>
        ))}
    </fieldset>
  );
}

interface GroupProps extends Where {
  group: Group;
  depth: number;
  onChange: (group: Group) => void;
}

function GroupForm({ group, depth, onChange, ...where }: GroupProps) {
  const { definition, at, self } = where;
  const first = likeliest(definition, at, self);
  const set = (index: number, item: Item) =>
    onChange({ ...group, items: group.items.map((each, other) => (other === index ? item : each)) });
  const drop = (index: number) => onChange({ ...group, items: group.items.filter((_, other) => other !== index) });
  const add = (item: Item) => onChange({ ...group, items: [...group.items, item] });
  const either = (): Group | null =>
    first && { how: group.how === "any" ? "all" : "any", items: [firstCondition(first), firstCondition(first)] };
  const nested = either();
  return (
    <div class={depth ? "rule-group rule-group-inner" : "rule-group"}>
      <Select
        label={depth ? "In this group" : "When"}
        value={group.how}
        options={howOptions(group)}
        onChange={(how) => onChange({ ...group, how: how as How })}
      />
      <ul class="rule-items">
        {group.items.map((item, index) => (
          <li key={index}>
            {isGroup(item) ? (
              <GroupForm
                {...where}
                group={item}
                depth={depth + 1}
                onChange={(next) => (next.items.length ? set(index, next) : drop(index))}
              />
            ) : (
              <ConditionForm
                {...where}
                condition={item}
                number={index + 1}
                onChange={(next) => set(index, next)}
                onRemove={() => drop(index)}
              />
            )}
          </li>
        ))}
      </ul>
      <div class="row">
        {first && (
          <Button icon="plus" onClick={() => add(firstCondition(first))}>
            Add a condition
          </Button>
        )}
        {nested && depth < 2 && (
          <Button kind="quiet" icon="plus" onClick={() => add(nested)}>
            Add a group
          </Button>
        )}
      </div>
    </div>
  );
}

/** A single condition holds or doesn't; several can be joined in four ways. */
function howOptions(group: Group): Option[] {
  if (group.items.length === 1) {
    return [
      { value: "all", label: "this holds" },
      { value: "none", label: "this does not hold" },
    ];
  }
  return (["all", "any", "none", "not_all"] as const).map((how) => ({ value: how, label: HOW_WORDS[how] }));
}

interface ConditionProps extends Where {
  condition: Condition;
  number: number;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function ConditionForm({ definition, at, self, condition, number, onChange, onRemove }: ConditionProps) {
  const offered = candidates(definition, at, self);
  const question = questionsByCode(definition).get(condition.question);
  const options = offered.map((placed) => ({
    value: placed.question.code,
    label: `${placed.question.code}  ${shortened(placed.question.label || "(no words yet)")}`,
  }));
  if (!offered.some((placed) => placed.question.code === condition.question)) {
    options.unshift({ value: condition.question, label: `${condition.question} (can’t be used here)` });
  }
  const pick = (code: string) => {
    const chosen = offered.find((placed) => placed.question.code === code);
    if (chosen) onChange(firstCondition(chosen.question));
  };
  return (
    <fieldset class="rule-condition">
      <legend class="sr-only">Condition {number}</legend>
      <Select label="Question" value={condition.question} options={options} onChange={pick} />
      {question && (
        <Select
          label="Its answer"
          value={condition.op}
          options={opsFor(question).map((op) => ({ value: op, label: opInWords(op, question.type) }))}
          onChange={(op) => onChange(withOp(condition, question, op as Op))}
        />
      )}
      {question && <ValueForm condition={condition} question={question} onChange={onChange} />}
      <Button icon="trash" iconOnly onClick={onRemove}>
        Take condition {number} away
      </Button>
    </fieldset>
  );
}

function ValueForm(props: { condition: Condition; question: Question; onChange: (condition: Condition) => void }) {
  const { condition, question, onChange } = props;
  const kind = valueKind(question, condition.op);
  const set = (value: string | number) => onChange({ ...condition, value });
  if (kind === "none") return null;
  if (kind === "choice") {
    const known = choicesOf(question).map((choice) => ({ value: choice.code, label: choice.label || choice.code }));
    const value = String(condition.value ?? "");
    const gone = known.some((option) => option.value === value) ? [] : [{ value, label: `${value} (is gone)` }];
    return <Select label="Answer" value={value} options={[...gone, ...known]} onChange={set} />;
  }
  if (kind === "number") {
    return (
      <NumberField
        label="Number"
        value={typeof condition.value === "number" ? condition.value : null}
        onChange={(number) => set(number ?? 0)}
      />
    );
  }
  return (
    <Field
      label={kind === "date" ? "Day" : "Words"}
      type={kind === "date" ? "date" : "text"}
      value={String(condition.value ?? "")}
      onInput={set}
      maxLength={200}
    />
  );
}
