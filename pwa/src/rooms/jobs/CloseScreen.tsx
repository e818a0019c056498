import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { PhotoInput } from "../../device/PhotoInput";
import { fix, placeOf, usePosition } from "../../device/position";
import { type JobView, type NewPhoto, perform } from "../../sync";
import { ActionBar, Banner, Button, Photo, TextArea, TopBar } from "../../ui";
import { GhostCamera } from "./GhostCamera";
import { isStopped, jobPhoto, jobTitle } from "./JobCard";
import { NoJob } from "./NoJob";
import { usePreviews } from "./previews";
import { at, tick, useJob } from "./useJob";

/** Done: the after photo beside the before photo, a note if there is something to say. */
export function CloseScreen({ id }: { id: string }) {
  const job = useJob(id);
  if (!job || isStopped(job)) return <NoJob />;
  return <Close job={job} />;
}

function Close({ job }: { job: JobView }) {
  usePosition();
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const previews = usePreviews(photos);
  const add = (photo: NewPhoto) => {
    setError(null);
    setPhotos((now) => [...now, photo]);
  };
  const save = async () => {
    setBusy(true);
    try {
      const place = fix.value ? placeOf(fix.value) : null;
      const payload = { job_id: job.id, at: at(), note: note.trim(), place };
      await perform("close_job", payload, photos, { basedOn: job.version });
      tick();
      navigate(`/jobs?done=${encodeURIComponent(job.number)}`, { replace: true });
    } catch {
      setBusy(false);
      setError("This phone could not keep it: nothing was saved. Free some storage and press again.");
    }
  };
  const taken = photos.length > 0;
  return (
    <>
      <TopBar
        title="Done: the after photo"
        back={`/jobs/${job.id}`}
        backLabel="Back to the job"
        status={<SyncLine />}
      />
      <div class="page">
        <p>
          <strong>{jobTitle(job)}</strong>
          <br />
          {job.street_text || job.ward?.name}
        </p>
        {error && <Banner kind="late" title={error} live="alert" />}
        <Before job={job} taken={taken} previews={previews} onPhoto={add} />
        {taken && (
          <>
            <Button kind="quiet" icon="refresh" onClick={() => setPhotos((now) => now.slice(0, -1))}>
              Take the last one again
            </Button>
            <PhotoInput onPhoto={add} cameraLabel="One more photo" chooseLabel="Choose another photo" />
            <TextArea
              label="Note"
              hint="What the next person should know. You can leave it empty."
              value={note}
              onInput={setNote}
              maxLength={2000}
            />
          </>
        )}
      </div>
      <ActionBar>
        {taken ? (
          <Button kind="primary" large icon="check" busy={busy} onClick={save}>
            Finish the job
          </Button>
        ) : (
          <PhotoInput large openAtOnce onPhoto={add} cameraLabel="Take the after photo" />
        )}
      </ActionBar>
    </>
  );
}

function Before(props: {
  job: JobView;
  taken: boolean;
  previews: readonly string[];
  onPhoto: (photo: NewPhoto) => void;
}) {
  const { job, taken, previews } = props;
  const [lining, setLining] = useState(false);
  const before = jobPhoto(job, "before");
  const canLine = !taken && before?.state === "ready" && "mediaDevices" in navigator;
  return (
    <>
      <div class={taken ? "photo-pair" : undefined}>
        <Photo
          size="large"
          src={before?.view}
          state={before?.state}
          alt="Before"
          caption={taken ? "Before" : "Stand where this was taken, and show the same thing"}
        />
        {previews.map((preview, i) => (
          <Photo
            key={preview}
            size="large"
            src={preview}
            alt={`After, photo ${i + 1}`}
            caption={previews.length > 1 ? `After, ${i + 1}` : "After"}
          />
        ))}
      </div>
      {canLine && (
        <>
          <Button icon="eye" wide onClick={() => setLining(true)}>
            Line it up with this photo
          </Button>
          <GhostCamera before={before.view} open={lining} onClose={() => setLining(false)} onPhoto={props.onPhoto} />
        </>
      )}
    </>
  );
}
