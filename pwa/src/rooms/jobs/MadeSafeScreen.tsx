import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { PhotoInput } from "../../device/PhotoInput";
import { usePosition } from "../../device/position";
import { Previews } from "../../device/previews";
import { type JobView, type NewPhoto, perform } from "../../sync";
import { ActionBar, Banner, Button, TextArea, TopBar } from "../../ui";
import { isStopped, jobTitle } from "./JobCard";
import { NoJob } from "./NoJob";
import { at, tick, useJob } from "./useJob";

/** Nobody can be hurt any more, and the work is still to be finished: one photo, and what is left to do. */
export function MadeSafeScreen({ id }: { id: string }) {
  const job = useJob(id);
  if (!job || isStopped(job)) return <NoJob />;
  return <MadeSafe job={job} />;
}

function MadeSafe({ job }: { job: JobView }) {
  usePosition();
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const add = (photo: NewPhoto) => setPhotos((now) => [...now, photo]);
  const save = async () => {
    setBusy(true);
    try {
      const payload = {
        job_id: job.id,
        at: at(),
        note: note.trim(),
        make_safe: true as const,
        place: photos[0]?.place ?? null,
      };
      await perform("split_job", payload, photos, { basedOn: job.version });
      tick();
      navigate(`/jobs?done=${encodeURIComponent(job.number)}&what=safe`, { replace: true });
    } catch {
      setBusy(false);
      setError("This phone could not keep it: nothing was saved. Free some storage and press again.");
    }
  };
  return (
    <>
      <TopBar title="Made safe for now" back={`/jobs/${job.id}`} backLabel="Back to the job" status={<SyncLine />} />
      <div class="page">
        <p>
          <strong>{jobTitle(job)}</strong>
          <br />
          {job.street_text || job.ward?.name}
        </p>
        <p>
          Nobody can be hurt any more, and it is not finished. The job stays open, and its clock goes on, until the rest
          is done. Where you have to wait for parts or people, pause it after this.
        </p>
        {error && <Banner kind="late" title={error} live="alert" />}
        <Previews photos={photos} what="How it was made safe" />
        {photos.length > 0 && (
          <>
            <PhotoInput onPhoto={add} cameraLabel="One more photo" />
            <TextArea
              label="What is still to be done"
              hint="What the next crew should bring."
              value={note}
              onInput={setNote}
              maxLength={2000}
            />
          </>
        )}
      </div>
      <ActionBar>
        {photos.length > 0 ? (
          <Button kind="primary" large icon="check" busy={busy} onClick={save}>
            It is safe
          </Button>
        ) : (
          <PhotoInput large onPhoto={add} cameraLabel="Take a photo of how it is safe" />
        )}
      </ActionBar>
    </>
  );
}
