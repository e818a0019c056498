import { Button, counted, Sheet } from "../../../../ui";
import type { Definition } from "../../questions/definition";
import { type At, codesWithin, questionAt, questionsByCode, type RuleField, sectionAt, usesOf } from "../places";
import { conditionInWords, shortened } from "../words";

const FIELD_WORDS: Record<RuleField, string> = {
  relevant: "when it is asked",
  required_when: "when it must be answered",
  constraint: "what its answer has to fulfil",
  choice: "when an answer is offered",
};

/** Asked before something goes that others refer to, or that holds other questions. */
export function RemoveSheet(props: { definition: Definition; at: At; onClose: () => void; onRemove: () => void }) {
  const { definition, at } = props;
  const uses = usesOf(definition, at);
  const name = nameOf(definition, at);
  const within = codesWithin(definition, at).size - (at.length === 1 ? 0 : 1);
  const questions = questionsByCode(definition);
  return (
    <Sheet open title={`Take ${name} away?`} onClose={props.onClose}>
      {within > 0 && (
        <p>
          {counted(within, "question")} in it {within === 1 ? "goes" : "go"} with it.
        </p>
      )}
      {uses.length > 0 && (
        <>
          <p>
            {counted(uses.length, "rule")} {uses.length === 1 ? "refers" : "refer"} to it and{" "}
            {uses.length === 1 ? "loses" : "lose"} that condition:
          </p>
          <ul class="edit-uses">
            {uses.map((use) => (
              <li key={`${use.at.join(".")} ${use.field} ${JSON.stringify(use.condition)}`}>
                <strong>{shortened(use.label)}</strong>, {FIELD_WORDS[use.field]}:{" "}
                {conditionInWords(use.condition, questions)}
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet-text">Answers of walks that were made before stay as they are. Undo brings it back.</p>
      <div class="row">
        <Button kind="danger" icon="trash" onClick={props.onRemove}>
          Take it away
        </Button>
        <Button onClick={props.onClose}>Keep it</Button>
      </div>
    </Sheet>
  );
}

export function nameOf(definition: Definition, at: At): string {
  const question = questionAt(definition, at);
  if (question) return `question ${question.code}`;
  return `section ${sectionAt(definition, at)?.code ?? ""}`;
}
