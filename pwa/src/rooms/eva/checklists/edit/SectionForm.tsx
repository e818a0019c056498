import { Button, Checkbox, counted, Field, TextArea } from "../../../../ui";
import type { Section } from "../../questions/definition";
import { addQuestion, changeSection, isCode, takenCodes } from "../editing";
import { wordsAt } from "../faults";
import { questionsByCode } from "../places";
import { ruleInWords } from "../words";
import { CodeField } from "./CodeField";
import type { Part } from "./part";
import { Folded } from "./QuestionForm";
import { RuleForm } from "./RuleForm";

interface SectionPart extends Part {
  section: Section;
  onPick: (at: readonly number[]) => void;
}

/** A section: what it is called, when it is asked, whether it counts. */
export function SectionForm({ section, definition, at, faults, change, onPick }: SectionPart) {
  const set = (changes: Partial<Section>) =>
    change(changeSection(definition, at, changes), at, Object.keys(changes).join() + at.join("."));
  const words = ruleInWords(section.relevant, questionsByCode(definition));
  const add = () => {
    const added = addQuestion(definition, at, "pass_fail");
    change(added.definition, added.at);
    onPick(added.at);
  };
  const refuse = (code: string) => {
    if (!isCode(code)) return "A letter, then letters, digits and _ only";
    return takenCodes(definition).has(code) ? "Another question or section has this code" : null;
  };
  return (
    <>
      <div class="edit-card">
        <Field
          label="Title of the section"
          value={section.title}
          maxLength={500}
          error={wordsAt(faults, at, "title")}
          onInput={(title) => set({ title })}
        />
        <TextArea
          label="Help"
          hint="Stands once, above its questions."
          rows={2}
          value={section.help}
          maxLength={4000}
          error={wordsAt(faults, at, "help")}
          onInput={(help) => set({ help })}
        />
        <Checkbox
          label="It is graded"
          hint="Green, amber or red by the points of its questions."
          checked={section.scored}
          onChange={(scored) => set({ scored })}
        />
        <p class="quiet-text">{counted(section.questions.length, "question")} so far.</p>
        <div class="row">
          <Button icon="plus" onClick={add}>
            Add a question here
          </Button>
        </div>
      </div>
      <Folded
        title="When it is asked"
        state={words ? `only when ${words}` : "always"}
        faulty={wordsAt(faults, at, "relevant") !== null}
      >
        <RuleForm
          legend="The whole section is asked only when"
          none="It is always asked."
          add="Ask it only when …"
          definition={definition}
          at={at}
          rule={section.relevant}
          error={wordsAt(faults, at, "relevant")}
          onChange={(relevant) => set({ relevant })}
        />
      </Folded>
      <Folded title="Code" state={section.code} faulty={wordsAt(faults, at, "code") !== null}>
        <CodeField
          label="Code"
          hint="Short, such as B. Figures over several versions go by it."
          value={section.code}
          error={wordsAt(faults, at, "code")}
          refuse={refuse}
          onChange={(code) => set({ code })}
        />
      </Folded>
    </>
  );
}
