import { useState } from "preact/hooks";
import { type JobView, perform, reference } from "../../sync";
import { Button, RadioCards, Sheet, TextArea } from "../../ui";
import { at, tick } from "./useJob";

/** Asks why the work waits. A pause without a reason would make the clock worth nothing. */
export function PauseSheet(props: { job: JobView; open: boolean; onClose: () => void }) {
  const { job, open, onClose } = props;
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
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
      await perform("pause_job", payload, [], { basedOn: job.version });
      tick();
      onClose();
    } catch {
      setError("This phone could not keep it. Free some storage and press again.");
    }
  };
  return (
    <Sheet open={open} title="Why does it wait?" onClose={onClose}>
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
      <TextArea
        label="Note"
        hint="Who you wait for, or what."
        value={note}
        onInput={setNote}
        maxLength={2000}
        rows={2}
      />
      <Button kind="primary" large icon="pause" onClick={pause}>
        Pause the job
      </Button>
    </Sheet>
  );
}
