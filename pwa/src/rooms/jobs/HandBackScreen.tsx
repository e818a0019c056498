import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { PhotoInput } from "../../device/PhotoInput";
import { Previews } from "../../device/previews";
import { type NewPhoto, perform, reference } from "../../sync";
import { ActionBar, Banner, Button, RadioCards, Select, TextArea, TopBar } from "../../ui";
import { isStopped, jobTitle } from "./JobCard";
import { NoJob } from "./NoJob";
import { at, tick, useJob } from "./useJob";

/** What follows each reason, said before the button is pressed. */
const THEN: Record<string, string> = {
  not_ours: "The dispatcher finds whose it is. It leaves your list.",
  no_access: "The dispatcher asks for access and sends it again.",
  needs_plant: "The dispatcher books the plant or a bigger team.",
  hazardous: "Keep away from it. The dispatcher sends people with the right kit.",
  not_found: "The dispatcher decides whether somebody looks again.",
};

/** "Can't do it": one reason, a note if it helps, and the job goes back to the dispatcher. */
export function HandBackScreen({ id }: { id: string }) {
  const job = useJob(id);
  const [reason, setReason] = useState<string | null>(null);
  const [whose, setWhose] = useState("");
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!job || isStopped(job)) return <NoJob />;

  const options = (reference.value?.return_reasons ?? []).map((one) => ({
    value: one.code,
    label: one.label,
    hint: THEN[one.code],
  }));
  const handBack = async () => {
    if (!reason) {
      setError("Choose why it can't be done");
      document.querySelector<HTMLInputElement>("input[name=return-reason]")?.focus();
      return;
    }
    setBusy(true);
    try {
      const suggested = reason === "not_ours" && whose ? { suggested_organisation_id: whose } : {};
      const payload = { job_id: job.id, at: at(), reason, note: note.trim(), ...suggested };
      await perform("return_job", payload, photos, { basedOn: job.version });
      tick();
      navigate(`/jobs?done=${encodeURIComponent(job.number)}&what=returned`, { replace: true });
    } catch {
      setBusy(false);
      setError("This phone could not keep it. Free some storage and press again.");
    }
  };

  return (
    <>
      <TopBar title="Can't do it" back={`/jobs/${job.id}`} backLabel="Back to the job" status={<SyncLine />} />
      <div class="page">
        <p>
          <strong>{jobTitle(job)}</strong>
          <br />
          {job.street_text || job.ward?.name}
        </p>
        <RadioCards
          legend="Why?"
          name="return-reason"
          value={reason}
          options={options}
          error={error}
          onChange={(value) => {
            setReason(value);
            setError(null);
          }}
        />
        {options.length === 0 && (
          <Banner kind="offline" title="The reasons are not on this phone yet">
            <p>Open this once where there is signal.</p>
          </Banner>
        )}
        {reason === "not_ours" && (
          <Select
            label="Whose is it, do you think?"
            hint="A guess helps the dispatcher. You can leave it open."
            value={whose}
            options={[
              { value: "", label: "I don't know" },
              ...(reference.value?.organisations ?? [])
                .filter((one) => one.id !== job.organisation.id)
                .map((one) => ({ value: one.id, label: one.name })),
            ]}
            onChange={setWhose}
          />
        )}
        <Previews photos={photos} what="Why it can't be done" />
        <PhotoInput
          onPhoto={(photo) => setPhotos((now) => [...now, photo])}
          cameraLabel={photos.length ? "One more photo" : "Take a photo that shows why"}
        />
        <TextArea
          label="Note for the dispatcher"
          hint="What would help the next crew. You can leave it empty."
          value={note}
          onInput={setNote}
          maxLength={2000}
        />
      </div>
      <ActionBar>
        <Button kind="primary" large icon="returned" busy={busy} onClick={handBack}>
          Hand it back
        </Button>
      </ActionBar>
    </>
  );
}
