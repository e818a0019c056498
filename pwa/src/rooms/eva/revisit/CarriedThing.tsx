/** One carried thing, before which somebody stands: what it was, how it is now, and four answers. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Carried, CarriedOutcome } from "../../../api/audits";
import { GhostCamera } from "../../../device/GhostCamera";
import { tick } from "../../../device/install";
import { PhotoInput } from "../../../device/PhotoInput";
import { usePreviews } from "../../../device/previews";
import type { NewPhoto } from "../../../sync";
import { act } from "../../../sync/audits";
import { ActionBar, Banner, Button, Chip, longDay, Photo, SEVERITY, statusOf, TextArea } from "../../../ui";
import { BeforeAndNow } from "./BeforeAndNow";
import { OUTCOME, OUTCOMES } from "./words";

export function CarriedThing(props: {
  auditId: string;
  thing: Carried;
  onSaid: () => void;
  /** What stands above it. */
  children: ComponentChildren;
}) {
  const { auditId, thing, onSaid } = props;
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState(thing.note);
  const [whyMissing, setWhyMissing] = useState(false);
  const [busy, setBusy] = useState<CarriedOutcome | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const question = thing.asked ?? "What is it like now?";

  const say = async (outcome: CarriedOutcome) => {
    if (outcome === "removed_on_purpose" && !note.trim()) {
      setWhyMissing(true);
      document.querySelector<HTMLTextAreaElement>("textarea[name=carried-note]")?.focus();
      return;
    }
    setBusy(outcome);
    try {
      const { source_kind, source_id } = thing;
      const said = { audit_id: auditId, source_kind, source_id, outcome, note: note.trim() };
      await act("judge_carried", { ...said, at: new Date().toISOString() }, photos);
      tick();
      onSaid();
    } catch {
      setBusy(null);
      setWrong("This phone could not keep it: nothing was saved. Free some storage and press again.");
    }
  };

  return (
    <>
      <article class="page carried-thing">
        {props.children}
        <div class="stack-tight">
          <h2>{question}</h2>
          <p class="carried-title">
            {thing.title}
            {thing.severity && <Chip status={statusOf(SEVERITY, String(thing.severity))} />}
          </p>
          <p class="quiet-text">{whereAndWhen(thing)}</p>
          {thing.words && <p class="carried-note">{thing.words}</p>}
        </div>
        <HowItIs thing={thing} photos={photos} onPhotos={setPhotos} />
        <TextArea
          label="Words"
          name="carried-note"
          hint="You can leave it empty. For “removed on purpose” say why, and who decided it."
          error={whyMissing && !note.trim() ? "Say why it was removed, then press again" : null}
          value={note}
          maxLength={2000}
          rows={2}
          onInput={setNote}
        />
        {wrong && <Banner kind="late" title={wrong} live="alert" />}
      </article>
      <ActionBar>
        <fieldset class="carried-answers" aria-label={question}>
          {OUTCOMES.map((outcome) => (
            <Button
              key={outcome}
              class={`carried-answer tone-${OUTCOME[outcome].tone}`}
              icon={OUTCOME[outcome].icon}
              pressed={thing.outcome ? thing.outcome === outcome : undefined}
              busy={busy !== null}
              onClick={() => void say(outcome)}
            >
              {OUTCOME[outcome].word}
            </Button>
          ))}
        </fieldset>
      </ActionBar>
    </>
  );
}

function whereAndWhen(thing: Carried): string {
  const found = thing.found_in?.number ? `found in ${thing.found_in.number}` : "found";
  const when = thing.found_at ? `${found}, ${longDay(thing.found_at)}` : "";
  const owner = thing.owner && `with ${thing.owner}`;
  const due = thing.due_on && `due ${longDay(thing.due_on)}`;
  return [thing.street_text, thing.number, when, owner, due].filter(Boolean).join(" · ");
}

/** The photo from before, large; then, from the same spot, the one of now. */
function HowItIs(props: { thing: Carried; photos: NewPhoto[]; onPhotos: (photos: NewPhoto[]) => void }) {
  const { thing, photos, onPhotos } = props;
  const previews = usePreviews(photos);
  const [lining, setLining] = useState(false);
  const before = thing.photos_before[0];
  const theirs = thing.photos_after?.at(-1);
  const last = thing.photos.at(-1);
  const preview = previews.at(-1);
  const now = preview ? { src: preview } : last ? { src: last.view, state: last.state } : null;
  const add = (photo: NewPhoto) => onPhotos([...photos, photo]);
  const canLine = before?.state === "ready" && "mediaDevices" in navigator;
  return (
    <>
      {before && now ? (
        <BeforeAndNow before={{ src: before.view, state: before.state }} now={now} what={thing.title} />
      ) : (
        (before || now) && (
          <Photo
            size="large"
            src={now ? now.src : before?.view}
            state={now ? undefined : before?.state}
            alt={`${now ? "Now" : "Before"}: ${thing.title}`}
            caption={now ? "Now" : "Before. Stand where this was taken."}
          />
        )
      )}
      {theirs && !now && (
        <Photo
          size="large"
          src={theirs.view}
          state={theirs.state}
          alt={`When it was said to be done: ${thing.title}`}
          caption={`${thing.owner || "They"} sent this when they said it is done`}
        />
      )}
      {canLine && (
        <>
          <Button icon="eye" wide onClick={() => setLining(true)}>
            Line it up with this photo
          </Button>
          <GhostCamera
            before={before.view}
            shape={before.width && before.height ? before.width / before.height : null}
            open={lining}
            onClose={() => setLining(false)}
            onPhoto={add}
          />
        </>
      )}
      <PhotoInput onPhoto={add} cameraLabel={now ? "Take another photo" : "Take a photo of it now"} />
      {photos.length > 0 && (
        <Button kind="quiet" icon="undo" wide onClick={() => onPhotos(photos.slice(0, -1))}>
          {photos.length === 1 ? "Leave this photo out" : `Leave the last of ${photos.length} photos out`}
        </Button>
      )}
    </>
  );
}
