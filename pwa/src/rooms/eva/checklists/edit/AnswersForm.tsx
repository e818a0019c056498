import { Button, Checkbox, counted, Field, Icon, type Option, Select } from "../../../../ui";
import { BUILT_IN, type Choice, choicesOf, type Question, SCORED } from "../../questions/definition";
import { blankChoice, changeQuestion, freeCode, HAS_CHOICES, moveChoice, removeChoice, renameChoice } from "../editing";
import { wordsAt } from "../faults";
import { type At, usesOfChoice } from "../places";
import { pointsInWords } from "../words";
import { CodeField } from "./CodeField";
import { NumberField } from "./NumberField";
import type { Part } from "./part";
import { Folded } from "./QuestionForm";
import { RuleForm } from "./RuleForm";

interface QuestionPart extends Part {
  question: Question;
}

const MOST_SHOWN = 40;

/** What can be answered, and what each answer counts. */
export function AnswersForm(part: QuestionPart) {
  const { question, definition, at, faults, change } = part;
  if (!SCORED.has(question.type)) return null;
  const own = HAS_CHOICES.has(question.type);
  const set = (changes: Partial<Question>, field?: string) =>
    change(changeQuestion(definition, at, changes), at, field && field + at.join("."));
  return (
    <>
      {own && <OwnChoices {...part} />}
      <Folded
        title="How it counts"
        state={question.weight === 0 ? "not in the grade" : `weight ${question.weight}${failsInWords(question)}`}
        faulty={wordsAt(faults, at, "weight") !== null}
      >
        <NumberField
          label="Weight"
          hint="How much it counts beside the other questions of its section. 0: not in the grade."
          value={question.weight}
          error={wordsAt(faults, at, "weight")}
          onChange={(weight) => set({ weight: weight ?? 0 }, "weight")}
        />
        {question.weight > 0 && choicesOf(question).length > 0 && (
          <ul class="edit-counts">
            {choicesOf(question)
              .slice(0, MOST_SHOWN)
              .map((choice) => (
                <li key={choice.code}>
                  <Counts
                    choice={choice}
                    error={pointsFault(part, choice.code)}
                    onChange={(changes) => set({ choices: withChoice(question, choice, changes) })}
                  />
                </li>
              ))}
          </ul>
        )}
        {question.weight > 0 && question.type === "scale" && <p class="quiet-text">5 gives full points, 1 none.</p>}
      </Folded>
    </>
  );
}

function failsInWords(question: Question): string {
  const fails = choicesOf(question).filter((choice) => choice.fails);
  return fails.length
    ? `, ${fails.map((choice) => `“${choice.label || choice.code}”`).join(" and ")} fails the audit`
    : "";
}

function pointsFault({ faults, at, question }: QuestionPart, code: string): string | null {
  const index = question.choices.findIndex((choice) => choice.code === code);
  return index < 0 ? null : wordsAt(faults, at, `choices[${index}].points`);
}

/** The question's own list with one choice changed; a built-in one joins it only where it is otherwise. */
function withChoice(question: Question, choice: Choice, changes: Partial<Choice>): Choice[] {
  const changed = { ...choice, ...changes };
  const listed = question.choices.some((each) => each.code === choice.code);
  const builtIn = BUILT_IN[question.type]?.find((each) => each.code === choice.code);
  if (builtIn && JSON.stringify(builtIn) === JSON.stringify(changed)) {
    return question.choices.filter((each) => each.code !== choice.code);
  }
  return listed
    ? question.choices.map((each) => (each.code === choice.code ? changed : each))
    : [...question.choices, changed];
}

const POINTS: Option[] = [
  { value: "none", label: "not counted" },
  { value: "1", label: "full points" },
  { value: "0.5", label: "half the points" },
  { value: "0", label: "no points" },
];

/** What one answer gives. */
function Counts(props: { choice: Choice; error: string | null; onChange: (changes: Partial<Choice>) => void }) {
  const { choice } = props;
  const value = choice.points === null ? "none" : String(choice.points);
  const known = POINTS.some((option) => option.value === value);
  const options = known ? POINTS : [...POINTS, { value, label: pointsInWords(choice.points) }];
  const name = choice.label || choice.code;
  return (
    <div class="edit-count">
      <Select
        label={`“${name}” gives`}
        value={value}
        options={options}
        error={props.error}
        onChange={(chosen) => props.onChange({ points: chosen === "none" ? null : Number(chosen) })}
      />
      <Checkbox
        label="Fails the audit"
        hint={choice.fails ? `“${name}” makes the section and the whole audit red.` : undefined}
        checked={choice.fails}
        onChange={(fails) => props.onChange({ fails })}
      />
    </div>
  );
}

function OwnChoices(part: QuestionPart) {
  const { question, definition, at, faults, change } = part;
  const wrong = faults.find((fault) => fault.field === "choices" && fault.at.join() === at.join());
  const add = () => {
    const taken = new Set(question.choices.map((choice) => choice.code));
    const last = question.choices.at(-1)?.code ?? "a";
    const code = freeCode(taken, /^[a-y]$/.test(last) ? String.fromCharCode(last.charCodeAt(0) + 1) : last);
    change(changeQuestion(definition, at, { choices: [...question.choices, blankChoice(code)] }), at);
  };
  const shown = question.choices.slice(0, MOST_SHOWN);
  return (
    <div class="edit-card">
      <h3>Answers to choose from</h3>
      {wrong && (
        <p class="field-error">
          <Icon name="warning" /> {wrong.words}
        </p>
      )}
      <ol class="edit-choices">
        {shown.map((choice, index) => (
          <li key={index}>
            <OneChoice {...part} choice={choice} index={index} />
          </li>
        ))}
      </ol>
      {question.choices.length > shown.length && (
        <p class="quiet-text">
          The first {MOST_SHOWN} of {counted(question.choices.length, "answer")}. Change a list of this length in the
          XLSForm and import it again.
        </p>
      )}
      <div class="row">
        <Button icon="plus" onClick={add}>
          Add an answer
        </Button>
      </div>
    </div>
  );
}

function OneChoice(part: QuestionPart & { choice: Choice; index: number }) {
  const { question, definition, at, faults, change, choice, index } = part;
  const set = (changes: Partial<Choice>, field?: string) =>
    change(
      changeQuestion(definition, at, {
        choices: question.choices.map((each, other) => (other === index ? { ...each, ...changes } : each)),
      }),
      at,
      field && `${field}${index}:${at.join(".")}`,
    );
  const refuse = (code: string) => {
    if (!/^[A-Za-z0-9_.+-]{1,64}$/.test(code)) return "Letters, digits and _ . + - only";
    return question.choices.some((each) => each.code === code) ? "Another answer has this code" : null;
  };
  const name = choice.label || `answer ${index + 1}`;
  const at_ = `choices[${index}]`;
  return (
    <div class="edit-choice">
      <div class="edit-choice-row">
        <Field
          label={`Answer ${index + 1}`}
          value={choice.label}
          maxLength={500}
          error={wordsAt(faults, at, `${at_}.label`)}
          onInput={(label) => set({ label }, "label")}
        />
        <MoveRemove
          name={name}
          first={index === 0}
          last={index === question.choices.length - 1}
          onMove={(by) => change(moveChoice(definition, at, index, by), at)}
          onRemove={() => change(removeChoice(definition, at, index), at)}
        />
      </div>
      <details class="edit-more">
        <summary>
          Code {choice.code}
          {choice.when && ", offered only at times"}
          <span class="sr-only"> of {name}</span>
        </summary>
        <div class="edit-part-inside">
          <CodeField
            label="Code"
            hint={usedBy(part, at)}
            value={choice.code}
            error={wordsAt(faults, at, `${at_}.code`)}
            refuse={refuse}
            onChange={(code) => change(renameChoice(definition, at, index, code), at)}
          />
          <RuleForm
            legend="It is offered only when"
            none="It is always offered."
            add="Offer it only when …"
            definition={definition}
            at={at}
            rule={choice.when}
            error={wordsAt(faults, at, `${at_}.when`)}
            onChange={(when) => set({ when })}
          />
        </div>
      </details>
    </div>
  );
}

function usedBy({ definition, question, choice }: QuestionPart & { choice: Choice }, _at: At): string {
  const uses = usesOfChoice(definition, question.code, choice.code).length;
  return uses ? `${counted(uses, "rule")} name it and follow when it changes.` : "What answers are kept as.";
}

function MoveRemove(props: {
  name: string;
  first: boolean;
  last: boolean;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}) {
  return (
    <div class="edit-moves">
      <Button icon="down" class="turned" iconOnly disabled={props.first} onClick={() => props.onMove(-1)}>
        Move {props.name} up
      </Button>
      <Button icon="down" iconOnly disabled={props.last} onClick={() => props.onMove(1)}>
        Move {props.name} down
      </Button>
      <Button icon="trash" iconOnly onClick={props.onRemove}>
        Take {props.name} away
      </Button>
    </div>
  );
}
