import { useState } from "preact/hooks";
import type { OperationKind } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import { type JobView, perform, serverNow } from "../../sync";
import {
  ActionBar,
  Banner,
  Button,
  Chip,
  ClockBar,
  clockNow,
  Due,
  exactTime,
  JOB_STATUS,
  LinkButton,
  PhotoSet,
  SEVERITY,
  Section,
  statusOf,
  TopBar,
  useNow,
} from "../../ui";
import { isStopped, jobTitle, LocalState } from "./JobCard";
import { NoJob } from "./NoJob";
import { PauseSheet } from "./PauseSheet";
import { PlaceMap } from "./PlaceMap";
import { accuracyInWords, directionsTo } from "./place";
import { at, tick, useJob } from "./useJob";

/** One job on the phone: the danger, the photo, the place, the clock, and the thing to do now. */
export function JobScreen({ id }: { id: string }) {
  const job = useJob(id);
  const now = useNow(serverNow);
  const [pausing, setPausing] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  if (!job) return <NoJob />;

  const act = async (kind: Extract<OperationKind, "start_job" | "resume_job">) => {
    try {
      await perform(kind, { job_id: job.id, at: at() }, [], { basedOn: job.version });
      setFailed(null);
      tick();
    } catch {
      setFailed("This phone could not keep it. Free some storage and press again.");
    }
  };

  return (
    <>
      <TopBar title={jobTitle(job)} back="/jobs" backLabel="Back to my day" status={<SyncLine />} />
      <div class="page job-page">
        <Hazard job={job} />
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Refused job={job} />
        <div class="row-apart">
          {job.due_at && !isStopped(job) ? (
            <Due due={job.due_at} now={clockNow(now, job.paused)} atRiskAt={job.at_risk_at} />
          ) : (
            <span />
          )}
          <span class="row">
            <Chip status={statusOf(SEVERITY as Record<string, never>, String(job.severity))} />
            <Chip status={statusOf(JOB_STATUS, job.status)} />
            <LocalState job={job} />
          </span>
        </div>
        <PhotoSet photos={job.photos} missing={job.photos_missing} what={job.street_text || "the place"} />
        <Where job={job} />
        <Told job={job} />
        <Section title="Clock">
          <Clock job={job} now={now} />
        </Section>
        {!isStopped(job) && <InTheWay job={job} onPause={() => setPausing(true)} />}
        <p>
          <a class="plain-link" href="/report">
            I also saw something else here
          </a>
        </p>
      </div>
      <NextStep job={job} act={act} />
      <PauseSheet job={job} open={pausing} onClose={() => setPausing(false)} />
    </>
  );
}

function Hazard({ job }: { job: JobView }) {
  if (!job.hazard) return null;
  return (
    <Banner kind="late" title={job.hazard}>
      <p>Read this before you touch anything.</p>
    </Banner>
  );
}

function Refused({ job }: { job: JobView }) {
  if (!job.local || job.local.state === "here" || job.local.state === "sent") return null;
  const title =
    job.local.state === "conflict"
      ? "Somebody else changed this job first"
      : "The server did not take what you did here";
  return (
    <Banner kind="late" title={title}>
      {job.local.reason && <p>{job.local.reason}</p>}
      <p>
        <a href="/outbox">See what to do about it</a>
      </p>
    </Banner>
  );
}

function Where({ job }: { job: JobView }) {
  const where = job.street_text || "Place on the map";
  const rough = accuracyInWords(job.place);
  return (
    <Section title={where} level={2}>
      <p class="quiet-text">{[job.ward?.name, rough].filter(Boolean).join(", ")}</p>
      {job.access_note && (
        <Banner kind="info" icon="lock" title="Getting in">
          <p>{job.access_note}</p>
        </Banner>
      )}
      <div class="pair">
        <LinkButton href={directionsTo(job.place, where, navigator.userAgent)} icon="directions" outside wide>
          Directions
        </LinkButton>
        <PlaceMap job={job} />
      </div>
    </Section>
  );
}

function Told({ job }: { job: JobView }) {
  const latest = job.latest_note && job.latest_note !== job.note ? job.latest_note : "";
  return (
    <Section title="What was reported">
      <p>{job.note || "No note was written; the photo shows it."}</p>
      {latest && <p>Since then: {latest}</p>}
      <p class="small-text quiet-text">
        {job.number}. {job.route_reason}
      </p>
    </Section>
  );
}

function Clock({ job, now }: { job: JobView; now: Date }) {
  if (!job.due_at) return <p>No time is set for this job.</p>;
  return (
    <ClockBar
      startedAt={job.clock_started_at}
      dueAt={job.due_at}
      doneAt={job.done_at}
      pauses={job.paused ? [{ ...job.paused, until: null }] : []}
      now={now}
    />
  );
}

function InTheWay({ job, onPause }: { job: JobView; onPause: () => void }) {
  return (
    <Section title="Something in the way?">
      <div class="pair">
        {job.status !== "paused" && job.status !== "open" && (
          <Button icon="pause" wide onClick={onPause}>
            Pause
          </Button>
        )}
        <LinkButton icon="hand" href={`/jobs/${job.id}/hand-back`} wide>
          Can't do it
        </LinkButton>
      </div>
    </Section>
  );
}

function NextStep(props: { job: JobView; act: (kind: "start_job" | "resume_job") => Promise<void> }) {
  const { job, act } = props;
  if (job.status === "in_progress") {
    return (
      <ActionBar>
        <LinkButton kind="primary" large icon="camera" href={`/jobs/${job.id}/close`}>
          Done: take the after photo
        </LinkButton>
      </ActionBar>
    );
  }
  if (job.status === "paused") {
    return (
      <ActionBar>
        <Button kind="primary" large icon="start" onClick={() => act("resume_job")}>
          Carry on
        </Button>
      </ActionBar>
    );
  }
  if (job.status === "open" || job.status === "accepted") {
    return (
      <ActionBar>
        <Button kind="primary" large icon="start" onClick={() => act("start_job")}>
          Start
        </Button>
      </ActionBar>
    );
  }
  return (
    <ActionBar>
      <p class="action-note">
        {statusOf(JOB_STATUS, job.status).word}
        {job.done_at && ` ${exactTime(job.done_at)}`}
      </p>
      <LinkButton kind="primary" large icon="list" href="/jobs">
        Next job
      </LinkButton>
    </ActionBar>
  );
}
