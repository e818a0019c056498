import { useRef, useState } from "preact/hooks";
import { ask, failure } from "../../../../api/client";
import { useAsk } from "../../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../../api/words";
import { Banner, Button, Field, RadioCards, Select } from "../../../../ui";
import type { Example, Question } from "../../questions/definition";
import { changeQuestion } from "../editing";
import { ExamplePicture } from "../FormAsRead";
import { wordsAt } from "../faults";
import type { Part } from "./part";
import { shrunk } from "./shrink";

const MOST = 6;

/** Pictures of how it should and should not look, each with its words. */
export function ExamplesForm({ question, definition, at, faults, change }: Part & { question: Question }) {
  const { examples } = question;
  const set = (next: Example[], field?: string) =>
    change(changeQuestion(definition, at, { examples: next }), at, field && field + at.join("."));
  const setOne = (index: number, changes: Partial<Example>, field?: string) =>
    set(
      examples.map((each, other) => (other === index ? { ...each, ...changes } : each)),
      field && `${field}${index}:`,
    );
  return (
    <>
      {examples.length > 0 && (
        <ul class="edit-examples">
          {examples.map((example, index) => (
            <li key={index} class="edit-example">
              <ExamplePicture picture={example.picture} alt={example.words} />
              <Field
                label={`What picture ${index + 1} shows`}
                hint="Stands under it, and is read aloud to whoever can’t see it."
                value={example.words}
                maxLength={500}
                error={wordsAt(faults, at, `examples[${index}]`)}
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
      )}
      {examples.length < MOST ? (
        <>
          <AddPicture onAdded={(picture) => set([...examples, { picture, words: "", good: true }])} />
          <AddDrawing
            taken={examples}
            onAdded={(drawing) => set([...examples, { picture: drawing.name, words: drawing.words, good: true }])}
          />
        </>
      ) : (
        <p class="quiet-text">{MOST} pictures are the most: nobody looks through more on a walk.</p>
      )}
    </>
  );
}

function AddPicture({ onAdded }: { onAdded: (name: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    try {
      setFailed(await sent(await shrunk(file), onAdded));
    } catch (error) {
      setFailed(error instanceof Error ? error.message : "The picture could not be used.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {failed && <Banner kind="late" live="alert" title={failed} />}
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*"
        data-photo="example"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          void take(file);
          event.currentTarget.value = "";
        }}
      />
      <p class="quiet-text">A clear picture of one thing; no faces, no number plates.</p>
      <div class="row">
        <Button icon="photo" busy={busy} onClick={() => input.current?.click()}>
          Add a picture
        </Button>
      </div>
    </>
  );
}

interface Drawing {
  name: string;
  words: string;
}

/** The library's own drawings: no faces in them, and no house that somebody knows. */
function AddDrawing({ taken, onAdded }: { taken: readonly Example[]; onAdded: (drawing: Drawing) => void }) {
  const drawings = useAsk<{ results: Drawing[] }>("/api/checklists/pictures").data?.results ?? [];
  const free = drawings.filter((drawing) => !taken.some((example) => example.picture === drawing.name));
  if (free.length === 0) return null;
  return (
    <Select
      label="Or a drawing of the library"
      value=""
      options={[
        { value: "", label: "Choose one" },
        ...free.map((drawing) => ({ value: drawing.name, label: drawing.words })),
      ]}
      onChange={(name) => {
        const chosen = free.find((drawing) => drawing.name === name);
        if (chosen) onAdded(chosen);
      }}
    />
  );
}

/** Null where it was kept; else why not. */
async function sent(picture: Blob, onAdded: (name: string) => void): Promise<string | null> {
  const body = new FormData();
  body.append("file", picture, "example.jpg");
  const answer = await ask<{ name: string }>("/api/checklists/pictures", { method: "POST", body });
  if (answer.kind === "ok") onAdded(answer.data.name);
  return failure(answer, NOTHING_CHANGED);
}
