import { Button, counted, Field, Select, TextArea } from "../../../../ui";
import { type ChecklistKind, type Definition, KINDS } from "../../questions/definition";
import { addSection } from "../editing";
import { wordsAt } from "../faults";
import { everyQuestion } from "../places";
import { KIND_WORDS } from "../words";
import { NumberField } from "./NumberField";
import type { Part } from "./part";
import { Folded } from "./QuestionForm";

/** The checklist as a whole: what it is for, and from where it is green. */
export function ChecklistForm({
  definition,
  at,
  faults,
  change,
  onPick,
}: Part & { onPick: (at: readonly number[]) => void }) {
  const set = (changes: Partial<Definition>) => change({ ...definition, ...changes }, at, Object.keys(changes).join());
  const { grading } = definition;
  const add = () => {
    const added = addSection(definition, []);
    change(added.definition, added.at);
    onPick(added.at);
  };
  return (
    <>
      <div class="edit-card">
        <Field
          label="Title"
          value={definition.title}
          maxLength={500}
          error={wordsAt(faults, at, "title")}
          onInput={(title) => set({ title })}
        />
        <TextArea
          label="What it is for"
          hint="Read by whoever chooses a checklist for a walk."
          rows={3}
          value={definition.purpose}
          maxLength={4000}
          error={wordsAt(faults, at, "purpose")}
          onInput={(purpose) => set({ purpose })}
        />
        <Select
          label="Kind of walk"
          hint="Results are compared with earlier walks of the same kind."
          value={definition.kind}
          options={KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
          error={wordsAt(faults, at, "kind")}
          onChange={(kind) => set({ kind: kind as ChecklistKind })}
        />
        <p class="quiet-text">
          {counted(definition.sections.length, "section")}, {counted(everyQuestion(definition).length, "question")}.
        </p>
        {wordsAt(faults, at, "sections") && <p class="field-error">{wordsAt(faults, at, "sections")}</p>}
        <div class="row">
          <Button icon="plus" onClick={add}>
            Add a section
          </Button>
        </div>
      </div>
      <Folded
        title="Grades"
        state={`green from ${grading.green_from}%, amber from ${grading.amber_from}%`}
        faulty={wordsAt(faults, at, "grading") !== null}
      >
        <div class="edit-three">
          <NumberField
            label="Green from (%)"
            value={grading.green_from}
            error={wordsAt(faults, at, "grading")}
            onChange={(green_from) => set({ grading: { ...grading, green_from: green_from ?? 0 } })}
          />
          <NumberField
            label="Amber from (%)"
            hint="Less is red."
            value={grading.amber_from}
            onChange={(amber_from) => set({ grading: { ...grading, amber_from: amber_from ?? 0 } })}
          />
        </div>
      </Folded>
    </>
  );
}
