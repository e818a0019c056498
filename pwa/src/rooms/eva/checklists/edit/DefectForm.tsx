import { reference } from "../../../../sync";
import { Button, Checkbox, Select } from "../../../../ui";
import { choicesOf, type Question } from "../../questions/definition";
import { changeQuestion } from "../editing";
import { wordsAt } from "../faults";
import type { Part } from "./part";

interface QuestionPart extends Part {
  question: Question;
}

/** The defect that a bad answer offers to report, with its category filled in. */
export function DefectForm({ question, definition, at, faults, change }: QuestionPart) {
  const known = reference.value;
  const set = (defect: Question["defect"]) => change(changeQuestion(definition, at, { defect }), at);
  const { defect } = question;
  const values = valuesOf(question);
  if (!known) return <p class="quiet-text">The list of defects is not on this device yet: connect once.</p>;
  const options = known.groups.flatMap((group) =>
    known.categories
      .filter((category) => category.group === group.code)
      .map((category) => ({ value: category.code, label: `${group.label}: ${category.label}` })),
  );
  if (!defect) {
    const first = options[0]?.value;
    return (
      <div class="stack-tight">
        <p class="quiet-text">
          No answer offers to report a defect. Where one does, the report opens with its category and place filled in.
        </p>
        {first && (
          <div class="row">
            <Button icon="plus" onClick={() => set({ category: first, when: worst(question) })}>
              Offer a defect
            </Button>
          </div>
        )}
      </div>
    );
  }
  const gone = options.some((option) => option.value === defect.category)
    ? []
    : [{ value: defect.category, label: `${defect.category} (not in the list)` }];
  return (
    <>
      <Select
        label="Category"
        value={defect.category}
        options={[...gone, ...options]}
        error={wordsAt(faults, at, "defect.category")}
        onChange={(category) => set({ ...defect, category })}
      />
      {values.length > 0 && (
        <fieldset class="edit-several">
          <legend class="field-label">These answers offer it</legend>
          <div class="edit-several-boxes">
            {values.map(({ code, label }) => (
              <Checkbox
                key={code}
                label={label || code}
                checked={defect.when.includes(code)}
                onChange={(on) =>
                  set({ ...defect, when: on ? [...defect.when, code] : defect.when.filter((each) => each !== code) })
                }
              />
            ))}
          </div>
        </fieldset>
      )}
      {values.length === 0 && <p class="quiet-text">Any answer but none, or 0, offers it.</p>}
      {values.length > 0 && defect.when.length === 0 && <p class="quiet-text">None is ticked: any answer offers it.</p>}
      <div class="row">
        <Button icon="trash" onClick={() => set(null)}>
          Offer no defect
        </Button>
      </div>
    </>
  );
}

function valuesOf(question: Question): { code: string; label: string }[] {
  if (question.type === "scale") return ["1", "2", "3", "4", "5"].map((code) => ({ code, label: code }));
  return choicesOf(question).map(({ code, label }) => ({ code, label }));
}

/** The answers that give no points: the likeliest to need a report. */
function worst(question: Question): string[] {
  return choicesOf(question)
    .filter((choice) => choice.points === 0)
    .map((choice) => choice.code);
}
