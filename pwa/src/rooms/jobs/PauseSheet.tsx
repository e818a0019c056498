import { useState } from "preact/hooks";
import { PhotoInput } from "../../device/PhotoInput";
import { Previews } from "../../device/previews";
import { type JobView, type NewPhoto, perform, reference } from "../../sync";
import { Banner, Button, RadioCards, Sheet, TextArea } from "../../ui";
import { at, tick } from "./useJob";

/** Asks why the work waits. A pause without a reason would make the clock worth nothing. */
export function PauseSheet(props: { job: JobView; open: boolean; onClose: () => void }) {
  const { job, open, onClose } = props;
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const options = (reference.value?.pause_reasons ?? []).map((one) => ({
    value: one.code,
    label: one.label,
  }));
  const pause = async () => {
    if (!reason) {
      setError("Choose why the work waits");
      return;
    }
    try {
      const payload = { job_id: job.id, at: at(), reason, note: note.trim() };
      await perform("pause_job", payload, photos, { basedOn: job.version });
      tick();
      setPhotos([]);
      setNote("");
      setReason(null);
      setFailed(false);
      onClose();
    } catch {
      setFailed(true);
    }
  };
  return (
    <Sheet open={open} title="Why does it wait?" onClose={onClose}>
      {failed && (
        <Banner kind="late" live="alert" title="This phone could not keep it. Free some storage and press again." />
      )}
      <RadioCards
        legend="Reason"
        name="pause-reason"
        value={reason}
        options={options}
        error={error}
        onChange={(value) => {
          setReason(value);
          setError(null);
        }}
      />
      {reason && (
        <>
          <TextArea
            label="Note"
            hint="Who you wait for, or what."
            value={note}
            onInput={setNote}
            maxLength={2000}
            rows={2}
          />
          <p class="quiet-text small-text">
            A photo proves it: the locked gate, the parked car. The clock stands still only for as long as the reason
            holds.
          </p>
          <Previews photos={photos} what="What is in the way" />
          <PhotoInput
            onPhoto={(photo) => setPhotos((now) => [...now, photo])}
            cameraLabel={photos.length ? "One more photo" : "Take a photo of it"}
          />
        </>
      )}
      <div class="sheet-foot">
        <Button kind="primary" large icon="pause" onClick={pause}>
          Pause the job
        </Button>
      </div>
    </Sheet>
  );
}
