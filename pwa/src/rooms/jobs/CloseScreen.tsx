import { useState } from "preact/hooks";
import type { Place } from "../../api/types";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { GhostCamera } from "../../device/GhostCamera";
import { PhotoInput } from "../../device/PhotoInput";
import { fix, placeOf, positionStatus, usePosition } from "../../device/position";
import { usePreviews } from "../../device/previews";
import { type JobView, type NewPhoto, perform } from "../../sync";
import { ActionBar, Banner, Button, Icon, Photo, RadioCards, TextArea, TopBar } from "../../ui";
import { AWAY_REASONS, type AwayReason, type Measured, measured, NEAR_M } from "./closing";
import { isStopped, jobPhoto, jobTitle } from "./JobCard";
import { NoJob } from "./NoJob";
import { at, tick, useJob } from "./useJob";

/** Done: the after photo beside the before photo, a note if there is something to say. */
export function CloseScreen({ id }: { id: string }) {
  const job = useJob(id);
  if (!job || isStopped(job)) return <NoJob />;
  return <Close job={job} />;
}

/** Where the newest photo with a place was taken; else where the phone is now. */
function placeOfWork(photos: readonly NewPhoto[]): Place | null {
  const placed = photos.filter((photo) => photo.place);
  return placed[placed.length - 1]?.place ?? (fix.value ? placeOf(fix.value) : null);
}

function Close({ job }: { job: JobView }) {
  usePosition();
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState("");
  const [why, setWhy] = useState<AwayReason | null>(null);
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const previews = usePreviews(photos);
  const place = placeOfWork(photos);
  const far = measured(place, job.place);
  const add = (photo: NewPhoto) => {
    setError(null);
    setPhotos((now) => [...now, photo]);
  };
  const save = async () => {
    if (far.state === "away" && !why && !asked) {
      setAsked(true);
      document.querySelector<HTMLInputElement>("input[name=away-reason]")?.focus();
      return;
    }
    setBusy(true);
    try {
      const away_reason = far.state === "away" ? (AWAY_REASONS.find((one) => one.value === why)?.label ?? "") : "";
      const payload = { job_id: job.id, at: at(), note: note.trim(), place, away_reason };
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
        title={job.kind === "make_safe" ? "Safe: the photo" : "Done: the after photo"}
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
        {taken && <HowFar far={far} job={job} taken />}
        <Before job={job} taken={taken} previews={previews} onPhoto={add} />
        {!taken && <HowFar far={far} job={job} />}
        {taken && far.state === "away" && (
          <RadioCards
            legend="Why from there?"
            name="away-reason"
            value={why}
            options={AWAY_REASONS}
            error={asked && !why ? "Say why, or press again to finish without" : null}
            onChange={setWhy}
          />
        )}
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

/** How far from the job the photo was taken, or the phone is; never in the way of the work. */
function HowFar({ far, job, taken = false }: { far: Measured; job: JobView; taken?: boolean }) {
  const rough = (job.place.accuracy_m ?? 0) > NEAR_M;
  if (far.state === "there") {
    return (
      <p class="how-far" role="status">
        <Icon name="pin" /> {taken ? "Taken" : "You are"} {far.words}.
      </p>
    );
  }
  if (far.state === "away") {
    return (
      <Banner kind="risk" icon="pin" title={`${taken ? "Taken" : "You are"} ${far.words}`} live="status">
        {rough && <p>The report's own place is rough, so this may be right.</p>}
        <p>{taken ? "Say below why, so that nobody has to ask." : "Take the photo where the work was done."}</p>
      </Banner>
    );
  }
  const better =
    far.state === "rough"
      ? "Under open sky, out of the van, the place gets better."
      : positionStatus.value === "denied"
        ? "Allow the place in the browser's settings, so that nobody has to ask later."
        : "Wait a moment under open sky, so that nobody has to ask later.";
  return (
    <Banner kind="info" icon="pin" title={far.words} live="status">
      <p>The job can be closed. {better}</p>
    </Banner>
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
      <div class={taken && before ? "photo-pair" : undefined}>
        {before && (
          <Photo
            size="large"
            src={before.view}
            state={before.state}
            alt="Before"
            caption={taken ? "Before" : "Stand where this was taken, and show the same thing"}
          />
        )}
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
          <GhostCamera
            before={before.view}
            shape={before.width && before.height ? before.width / before.height : null}
            open={lining}
            onClose={() => setLining(false)}
            onPhoto={props.onPhoto}
          />
        </>
      )}
    </>
  );
}
