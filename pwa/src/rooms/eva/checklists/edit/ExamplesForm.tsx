import { useAsk } from "../../../../api/useAsk";
import { Button, Field, Icon, RadioCards, Select } from "../../../../ui";
import type { Example, Question } from "../../questions/definition";
import { changeQuestion } from "../editing";
import { ExamplePicture } from "../FormAsRead";
import { wordsAt } from "../faults";
import type { Part } from "./part";

interface Pictures {
  results: { name: string; words: string }[];
}

const MOST = 6;

/** Pictures of how it should and should not look, each with its words. */
export function ExamplesForm({ question, definition, at, faults, change }: Part & { question: Question }) {
  const pictures = useAsk<Pictures>("/api/checklists/pictures").data?.results ?? [];
  const { examples } = question;
  const set = (next: Example[], field?: string) =>
    change(changeQuestion(definition, at, { examples: next }), at, field && field + at.join("."));
  const setOne = (index: number, changes: Partial<Example>, field?: string) =>
    set(
      examples.map((each, other) => (other === index ? { ...each, ...changes } : each)),
      field && `${field}${index}:`,
    );
  const first = pictures.find((picture) => !examples.some((each) => each.picture === picture.name));
  const add = () => first && set([...examples, { picture: first.name, words: first.words, good: true }]);
  return (
    <>
      <ul class="edit-examples">
        {examples.map((example, index) => (
          <li key={index} class="edit-example">
            <ExamplePicture picture={example.picture} alt={example.words} />
            <Select
              label={`Picture ${index + 1}`}
              value={example.picture}
              options={[
                ...(pictures.some((each) => each.name === example.picture)
                  ? []
                  : [{ value: example.picture, label: example.picture }]),
                ...pictures.map((each) => ({ value: each.name, label: each.words || each.name })),
              ]}
              error={wordsAt(faults, at, `examples[${index}].picture`)}
              onChange={(picture) => setOne(index, { picture })}
            />
            <Field
              label="What it shows"
              hint="Read aloud to whoever can’t see it."
              value={example.words}
              maxLength={500}
              error={wordsAt(faults, at, `examples[${index}].words`)}
              onInput={(words) => setOne(index, { words }, "words")}
            />
            <RadioCards
              legend="It shows"
              name={`example-${at.join("-")}-${index}`}
              value={example.good ? "good" : "bad"}
              options={[
                { value: "good", label: "How it should be" },
                { value: "bad", label: "What counts against it" },
              ]}
              onChange={(chosen) => setOne(index, { good: chosen === "good" })}
            />
            <Button icon="trash" onClick={() => set(examples.filter((_, other) => other !== index))}>
              Take picture {index + 1} away
            </Button>
          </li>
        ))}
      </ul>
      {wordsAt(faults, at, "examples") && examples.length > MOST && (
        <p class="field-error">
          <Icon name="warning" /> {wordsAt(faults, at, "examples")}
        </p>
      )}
      {first && examples.length < MOST && (
        <div class="row">
          <Button icon="plus" onClick={add}>
            Add a picture
          </Button>
        </div>
      )}
      {pictures.length === 0 && examples.length === 0 && <p class="quiet-text">The library holds no pictures yet.</p>}
    </>
  );
}
