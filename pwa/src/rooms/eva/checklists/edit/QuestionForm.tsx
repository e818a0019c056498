import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Checkbox, Field, Select, TextArea } from "../../../../ui";
import { ASSET_KINDS, isGroup, QUESTION_TYPES, type Question, type QuestionType } from "../../questions/definition";
import { addInside, changeQuestion, changeType, HAS_LIMITS, isCode, renameQuestion, takenCodes } from "../editing";
import { wordsAt } from "../faults";
import { questionsByCode } from "../places";
import { ASSET_WORDS, limitsInWords, ruleInWords, shortened, TYPE_HINTS, TYPE_WORDS } from "../words";
import { AnswersForm } from "./AnswersForm";
import { CodeField } from "./CodeField";
import { DefectForm } from "./DefectForm";
import { ExamplesForm } from "./ExamplesForm";
import { NumberField } from "./NumberField";
import type { Part } from "./part";
import { RuleForm } from "./RuleForm";

interface QuestionPart extends Part {
  question: Question;
}

/** Everything about one question, the most used first. Folded parts say what they hold. */
export function QuestionForm(props: QuestionPart & { onPick: (at: readonly number[]) => void }) {
  const { question } = props;
  return (
    <>
      <Words {...props} />
      {isGroup(question) && <Inside {...props} />}
      {HAS_LIMITS.has(question.type) && <Limits {...props} />}
      <AnswersForm {...props} />
      <WhenAsked {...props} />
      <MustAnswer {...props} />
      <Folded title="Offers a defect" state={defectState(question)} faulty={isFaulty(props, "defect")}>
        <DefectForm {...props} />
      </Folded>
      <Folded title="Example photos" state={examplesState(question)} faulty={isFaulty(props, "examples")}>
        <ExamplesForm {...props} />
      </Folded>
      <Check {...props} />
      <Folded title="Code and who may read" state={codeState(question)} faulty={isFaulty(props, "code")}>
        <Particulars {...props} />
      </Folded>
    </>
  );
}

function isFaulty({ faults, at }: Part, field: string): boolean {
  return wordsAt(faults, at, field) !== null;
}

/** A part that is unfolded when somebody wants it, or when something in it is wrong. */
export function Folded(props: { title: string; state: string; faulty?: boolean; children: ComponentChildren }) {
  const [open, setOpen] = useState(props.faulty ?? false);
  // A fault unfolds it; mending the fault must not fold it under somebody's hands.
  useEffect(() => {
    if (props.faulty) setOpen(true);
  }, [props.faulty]);
  return (
    <details class="edit-part" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="edit-part-title">{props.title}</span> <span class="quiet-text">{props.state}</span>
      </summary>
      <div class="edit-part-inside">{props.children}</div>
    </details>
  );
}

function useSet({ definition, at, change }: Part) {
  return (changes: Partial<Question>) =>
    change(changeQuestion(definition, at, changes), at, Object.keys(changes).join() + at.join("."));
}

function Words(part: QuestionPart) {
  const { question, definition, at, faults, change } = part;
  const set = useSet(part);
  const types = QUESTION_TYPES.filter((type) => at.length === 2 || (type !== "repeat" && type !== "assets"));
  return (
    <div class="edit-card">
      <TextArea
        label="The question"
        rows={2}
        value={question.label}
        maxLength={500}
        error={wordsAt(faults, at, "label")}
        onInput={(label) => set({ label })}
      />
      <Select
        label="How it is answered"
        hint={TYPE_HINTS[question.type]}
        value={question.type}
        options={types.map((type) => ({ value: type, label: TYPE_WORDS[type] }))}
        error={wordsAt(faults, at, "type")}
        onChange={(type) => change(changeType(definition, at, type as QuestionType), at)}
      />
      <TextArea
        label="Help"
        hint="What to look at, and what counts. It stands under the question."
        rows={2}
        value={question.help}
        maxLength={4000}
        error={wordsAt(faults, at, "help")}
        onInput={(help) => set({ help })}
      />
      {question.type === "assets" && (
        <Select
          label="Each"
          value={question.asset_kind}
          options={ASSET_KINDS.map((kind) => ({ value: kind, label: ASSET_WORDS[kind] ?? kind }))}
          error={wordsAt(faults, at, "asset_kind")}
          onChange={(asset_kind) => set({ asset_kind })}
        />
      )}
    </div>
  );
}

/** The questions that are asked of each instance. */
function Inside({
  question,
  definition,
  at,
  faults,
  change,
  onPick,
}: QuestionPart & { onPick: (at: readonly number[]) => void }) {
  const wrong = wordsAt(faults, at, "questions");
  const add = () => {
    const added = addInside(definition, at, "pass_fail");
    change(added.definition, added.at);
    onPick(added.at);
  };
  return (
    <div class="edit-card">
      <h3>Asked of each</h3>
      {wrong && <p class="field-error">{wrong}</p>}
      {question.questions.length === 0 && <p class="quiet-text">Nothing is asked yet.</p>}
      <ul class="edit-inner">
        {question.questions.map((inner, index) => (
          <li key={inner.code}>
            <Button kind="quiet" icon="forward" onClick={() => onPick([...at, index])}>
              {inner.code} {shortened(inner.label || "(no words yet)", 50)}
            </Button>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button icon="plus" onClick={add}>
          Add a question to the set
        </Button>
      </div>
    </div>
  );
}

function Limits(part: QuestionPart) {
  const { question, at, faults } = part;
  const set = useSet(part);
  return (
    <Folded
      title="Unit and limits"
      state={limitsInWords(question) || "none"}
      faulty={isFaulty(part, "least") || isFaulty(part, "most") || isFaulty(part, "unit")}
    >
      <div class="edit-three">
        <Field
          label="Unit"
          hint="m, %, lux"
          value={question.unit}
          maxLength={20}
          error={wordsAt(faults, at, "unit")}
          onInput={(unit) => set({ unit })}
        />
        <NumberField
          label="Least"
          hint="Empty: no limit"
          value={question.least}
          error={wordsAt(faults, at, "least")}
          onChange={(least) => set({ least })}
        />
        <NumberField
          label="Most"
          hint="Empty: no limit"
          value={question.most}
          error={wordsAt(faults, at, "most")}
          onChange={(most) => set({ most })}
        />
      </div>
    </Folded>
  );
}

function WhenAsked(part: QuestionPart) {
  const { question, definition, at, faults } = part;
  const set = useSet(part);
  const words = ruleInWords(question.relevant, questionsByCode(definition));
  return (
    <Folded
      title="When it is asked"
      state={words ? `only when ${words}` : "always"}
      faulty={isFaulty(part, "relevant")}
    >
      <RuleForm
        legend="It is asked only when"
        none="It is always asked."
        add="Ask it only when …"
        definition={definition}
        at={at}
        rule={question.relevant}
        error={wordsAt(faults, at, "relevant")}
        onChange={(relevant) => set({ relevant })}
      />
    </Folded>
  );
}

type Must = "no" | "always" | "when";

const MUST: { value: Must; label: string }[] = [
  { value: "no", label: "It may stay open" },
  { value: "always", label: "It must be answered" },
  { value: "when", label: "It must be answered when …" },
];

function MustAnswer(part: QuestionPart) {
  const { question, definition, at, faults } = part;
  const set = useSet(part);
  const must: Must = question.required ? "always" : question.required_when ? "when" : "no";
  const words = ruleInWords(question.required_when, questionsByCode(definition));
  const state = must === "always" ? "always" : must === "when" ? `when ${words}` : "no";
  return (
    <Folded title="Must it be answered" state={state} faulty={isFaulty(part, "required_when")}>
      <Select
        label="Before the walk can be signed off"
        value={must === "when" ? "no" : must}
        options={MUST.filter((each) => each.value !== "when")}
        onChange={(chosen) => set({ required: chosen === "always", required_when: null })}
      />
      {!question.required && (
        <RuleForm
          legend="It must be answered when"
          none="There is no case in which it must be."
          add="Must be answered when …"
          definition={definition}
          at={at}
          rule={question.required_when}
          error={wordsAt(faults, at, "required_when")}
          onChange={(required_when) => set({ required_when })}
        />
      )}
    </Folded>
  );
}

function Check(part: QuestionPart) {
  const { question, definition, at, faults } = part;
  const set = useSet(part);
  const words = ruleInWords(question.constraint, questionsByCode(definition));
  return (
    <Folded
      title="What an answer has to fulfil"
      state={words || "nothing more"}
      faulty={isFaulty(part, "constraint") || isFaulty(part, "constraint_words")}
    >
      <RuleForm
        legend="An answer is taken only when"
        none="Every answer of its kind is taken."
        add="Take it only when …"
        self
        definition={definition}
        at={at}
        rule={question.constraint}
        error={wordsAt(faults, at, "constraint")}
        onChange={(constraint) => set({ constraint })}
      />
      {question.constraint && (
        <Field
          label="What is said when it is not"
          hint="Say what to do: “Give the height in metres, such as 1.8.”"
          value={question.constraint_words}
          maxLength={500}
          error={wordsAt(faults, at, "constraint_words")}
          onInput={(constraint_words) => set({ constraint_words })}
        />
      )}
    </Folded>
  );
}

function Particulars(part: QuestionPart) {
  const { question, definition, at, faults, change } = part;
  const set = useSet(part);
  const refuse = (code: string) => {
    if (!isCode(code)) return "A letter, then letters, digits and _ only";
    return takenCodes(definition).has(code) ? "Another question or section has this code" : null;
  };
  return (
    <>
      <CodeField
        label="Code"
        hint="Short, such as B3. Rules that name it follow. Figures over several versions go by the code: change it only where the question is another one."
        value={question.code}
        error={wordsAt(faults, at, "code")}
        refuse={refuse}
        onChange={(code) => change(renameQuestion(definition, at, code), at)}
      />
      <Checkbox
        label="Restricted"
        hint="Answers about drugs, vice or vulnerable people: only officers and council managers read them, and no report holds them."
        checked={question.restricted}
        onChange={(restricted) => set({ restricted })}
      />
    </>
  );
}

function defectState(question: Question): string {
  return question.defect ? "yes" : "no";
}

function examplesState(question: Question): string {
  return question.examples.length ? String(question.examples.length) : "none";
}

function codeState(question: Question): string {
  return question.restricted ? `${question.code}, restricted` : question.code;
}
