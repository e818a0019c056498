import { useState } from "preact/hooks";
import { tick } from "../../device/install";
import { PhotoInput } from "../../device/PhotoInput";
import { categories, type DefectView, type NewPhoto, perform } from "../../sync";
import { Banner, Button, Card, Photo, Sheet, TextArea } from "../../ui";

async function answer(row: DefectView, kind: "verify_defect" | "dispute_defect", note: string, photos: NewPhoto[]) {
  const payload = { defect_id: row.id, at: new Date().toISOString(), note: note.trim() };
  await perform(kind, payload, photos, { basedOn: row.version || null });
  tick();
}

/** Before and after, side by side. */
export function BeforeAfter({ row }: { row: DefectView }) {
  const before = row.photos.find((photo) => photo.role === "before");
  const after = row.photos.findLast((photo) => photo.role === "after");
  if (!before && !after) return null;
  return (
    <div class="before-after">
      <Photo size="large" src={before?.view} state={before?.state} alt="Before the work" caption="Before" />
      <Photo size="large" src={after?.view} state={after?.state} alt="After the work" caption="After" />
    </div>
  );
}

function NotDone({ row, open, onClose }: { row: DefectView; open: boolean; onClose: () => void }) {
  const [note, setNote] = useState("");
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  async function send(): Promise<void> {
    setBusy(true);
    try {
      await answer(row, "dispute_defect", note, photos);
      onClose();
    } catch {
      setWrong("The phone could not keep this. Free some space on it and try again.");
    } finally {
      setBusy(false);
    }
  }
  return (
    <Sheet open={open} title="Not done" onClose={onClose}>
      <p>
        The job goes back to {row.job?.organisation.short_name ?? "the crew"}, and its clock goes on from where it was.
      </p>
      <TextArea label="What is still wrong?" value={note} maxLength={2000} onInput={setNote} />
      {photos.length > 0 && (
        <p role="status">{photos.length === 1 ? "1 photo added" : `${photos.length} photos added`}</p>
      )}
      <PhotoInput onPhoto={(photo) => setPhotos((old) => [...old, photo])} />
      {wrong && <Banner kind="late" live="alert" title={wrong} />}
      <Button kind="primary" large icon="returned" busy={busy} onClick={() => void send()}>
        Send it back
      </Button>
    </Sheet>
  );
}

/** The two answers to "it is fixed": looks done, or not done. */
export function DoneOrNot({ row }: { row: DefectView }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  return (
    <>
      <div class="done-or-not">
        <Button
          kind="primary"
          icon="check-double"
          busy={busy}
          onClick={() => {
            setBusy(true);
            void answer(row, "verify_defect", "", []).finally(() => setBusy(false));
          }}
        >
          Looks done
        </Button>
        <Button icon="returned" onClick={() => setAsking(true)}>
          Not done
        </Button>
      </div>
      <NotDone row={row} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

/** A report that was said to be fixed, with what to answer. */
export function LookAgain({ row }: { row: DefectView }) {
  const category = categories.value.get(row.category);
  return (
    <Card tone="good">
      <a class="look-again-head" href={`/reports/${row.id}`}>
        <h3>{category?.label ?? row.category}</h3>
        <p class="small-text">
          {[row.street_text, row.number].filter(Boolean).join(" · ")}. {row.job?.organisation.short_name ?? "The crew"}{" "}
          say it is done.
        </p>
      </a>
      <BeforeAfter row={row} />
      <DoneOrNot row={row} />
    </Card>
  );
}
