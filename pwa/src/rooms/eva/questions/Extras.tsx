import { useEffect, useRef, useState } from "preact/hooks";
import { PhotoInput } from "../../../device/PhotoInput";
import { Button, Icon, Photo, Sheet, TextArea } from "../../../ui";
import type { Question } from "./definition";
import type { Given, ShownPhoto } from "./QuestionCard";

interface ExtrasProps {
  question: Question;
  answered: boolean;
  note: string;
  restrictedNote: string;
  photos: readonly ShownPhoto[];
  readOnly: boolean;
  mayRestrict: boolean;
  onAnswer: (given: Given) => void;
}

/** What belongs to an answer beside its value: photos, a note, and what only some roles may read. */
export function Extras(props: ExtrasProps) {
  const { question, answered, note, restrictedNote, photos, readOnly, mayRestrict, onAnswer } = props;
  const [open, setOpen] = useState(false);
  const takesPhotos = question.type !== "photo";
  return (
    <div class="question-extras">
      <PhotoRow photos={photos} what={question.label} />
      {!open && note && <p class="question-note">{note}</p>}
      {!open && restrictedNote && (
        <p class="question-note">
          <Icon name="lock" size="1em" /> {restrictedNote}
        </p>
      )}
      {!readOnly && !open && (
        <Button kind="quiet" icon={takesPhotos ? "camera" : "edit"} expanded={open} onClick={() => setOpen(true)}>
          {takesPhotos ? "Photo or note" : "Note"}
        </Button>
      )}
      {open && (
        <div class="stack-tight">
          {takesPhotos && (
            <PhotoInput
              cameraLabel={photos.length > 0 ? "One more photo" : "Take a photo"}
              onPhoto={(photo) => onAnswer({ photos: [photo] })}
            />
          )}
          <KeptText label="Note" text={note} onKeep={(text) => onAnswer({ note: text })} />
          {mayRestrict && (
            <KeptText
              label="Restricted note"
              hint="Drugs, vice, people at risk. Read by officers, council managers and administrators only, and in no report."
              text={restrictedNote}
              onKeep={(text) => onAnswer({ restricted_note: text })}
            />
          )}
          <div class="row">
            {answered && (
              <Button kind="quiet" icon="undo" onClick={() => onAnswer({ value: null })}>
                Take the answer back
              </Button>
            )}
            <Button kind="quiet" icon="check" onClick={() => setOpen(false)}>
              Close
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

/** Words that are kept when their field is left, also when the screen goes. */
export function KeptText(props: { label: string; hint?: string; text: string; onKeep: (text: string) => void }) {
  const [typed, setTyped] = useState(props.text);
  const latest = useRef({ typed, props });
  latest.current = { typed, props };
  const kept = useRef(props.text);
  useEffect(() => {
    kept.current = props.text;
    setTyped(props.text);
  }, [props.text]);
  const keep = () => {
    const { typed: words, props: now } = latest.current;
    // Leaving the field and closing it come one after the other: the same words are kept once.
    if (words.trim() === kept.current) return;
    kept.current = words.trim();
    now.onKeep(words.trim());
  };
  useEffect(() => keep, []);
  return (
    <div onFocusOut={keep}>
      <TextArea
        label={props.label}
        {...(props.hint ? { hint: props.hint } : {})}
        rows={2}
        value={typed}
        maxLength={2000}
        onInput={setTyped}
      />
    </div>
  );
}

/** Photos small beside each other; a tap shows one whole. */
export function PhotoRow({ photos, what }: { photos: readonly ShownPhoto[]; what: string }) {
  const [open, setOpen] = useState<ShownPhoto | null>(null);
  if (photos.length === 0) return null;
  return (
    <>
      <ul class="row" aria-label="Photos">
        {photos.map((photo, index) => (
          <li key={photo.id}>
            <Photo
              src={photo.thumbnail}
              state={photo.state}
              alt={`${what}, photo ${index + 1}`}
              onOpen={() => setOpen(photo)}
            />
          </li>
        ))}
      </ul>
      <Sheet open={open !== null} title="Photo" wide onClose={() => setOpen(null)}>
        {open && (
          <div class="photo-whole">
            <Photo size="fill" src={open.view} state={open.state} alt={what} />
          </div>
        )}
      </Sheet>
    </>
  );
}
