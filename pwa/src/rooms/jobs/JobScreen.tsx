import { useState } from "preact/hooks";
import type { OperationKind } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import { distanceM } from "../../device/geo";
import { fix, usePosition } from "../../device/position";
import { type JobView, jobs, perform, serverNow } from "../../sync";
import {
  ActionBar,
  Banner,
  Button,
  Chip,
  ClockBar,
  clockNow,
  Due,
  dueInWords,
  dueState,
  exactTime,
  JOB_STATUS,
  LinkButton,
  PhotoSet,
  SEVERITY,
  Section,
  Sheet,
  statusOf,
  Tag,
  TopBar,
  useNow,
} from "../../ui";
import { isStopped, jobTitle, LocalState } from "./JobCard";
import { leftToday, useLeft } from "./left";
import { LeaveForLater } from "./NextJob";
import { NoJob } from "./NoJob";
import { PauseSheet } from "./PauseSheet";
import { PlaceMap } from "./PlaceMap";
import { accuracyInWords, awayInWords, councilMidnight, directionsTo } from "./place";
import { at, tick, useJob } from "./useJob";

/** One job on the phone: the danger and the way in, the photo, the place, the clock, and the thing to do now. */
export function JobScreen({ id }: { id: string }) {
  const job = useJob(id);
  const now = useNow(serverNow);
  const [pausing, setPausing] = useState(false);
  const [reading, setReading] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  if (!job) return <NoJob />;

  const act: Act = async (kind) => {
    try {
      await perform(kind, { job_id: job.id, at: at() }, [], { basedOn: job.version });
      setFailed(null);
      setReading(false);
      tick();
    } catch {
      setFailed("This phone could not keep it. Free some storage and press again.");
    }
  };
  const start = () => (job.hazard || job.access_note ? setReading(true) : void act("start_job"));

  return (
    <>
      <TopBar title={jobTitle(job)} back="/jobs" backLabel="Back to my day" status={<SyncLine />} />
      <div class="page job-page">
        <Warnings job={job} />
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Refused job={job} />
        <div class="row-apart">
          {job.due_at && !isStopped(job) ? (
            <Due due={job.due_at} now={clockNow(now, job.paused)} atRiskAt={job.at_risk_at} />
          ) : (
            <span />
          )}
          <span class="row">
            {job.kind === "make_safe" && (
              <Tag tone="late" icon="hazard">
                Make safe
              </Tag>
            )}
            <Chip status={statusOf(SEVERITY as Record<string, never>, String(job.severity))} />
            <Chip status={statusOf(JOB_STATUS, job.status)} />
            <LocalState job={job} />
          </span>
        </div>
        <OtherHalf job={job} />
        {job.status === "open" && <Acknowledge job={job} now={now} act={act} />}
        <Where job={job} />
        {job.photos.length + job.photos_missing > 0 ? (
          <PhotoSet photos={job.photos} missing={job.photos_missing} what={job.street_text || "the place"} />
        ) : (
          <p class="quiet-text">No photo came with the report.</p>
        )}
        <Told job={job} />
        <Section title="Clock">
          <Clock job={job} now={now} />
        </Section>
        {!isStopped(job) && <InTheWay job={job} onPause={() => setPausing(true)} />}
        <Section title="Seen something else?">
          <div class="pair">
            <LinkButton icon="camera" href="/report" wide>
              Report a problem
            </LinkButton>
            <LinkButton icon="eye" href={`/report-back?job=${job.id}`} wide>
              Tell wardens or police
            </LinkButton>
          </div>
        </Section>
      </div>
      <NextStep job={job} act={act} start={start} />
      <PauseSheet job={job} open={pausing} onClose={() => setPausing(false)} />
      <Sheet open={reading} title="Before you start" onClose={() => setReading(false)}>
        <Warnings job={job} />
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Button kind="primary" large icon="start" onClick={() => act("start_job")}>
          I have read it: start
        </Button>
      </Sheet>
    </>
  );
}

type Act = (kind: Extract<OperationKind, "accept_job" | "start_job" | "resume_job">) => Promise<void>;

/** What could hurt somebody, and how to get in: before anything else. */
function Warnings({ job }: { job: JobView }) {
  return (
    <>
      {job.hazard && (
        <Banner kind="late" title={job.hazard}>
          <p>Read this before you touch anything.</p>
        </Banner>
      )}
      {job.access_note && (
        <Banner kind="info" icon="lock" title="Getting in">
          <p>{job.access_note}</p>
        </Banner>
      )}
    </>
  );
}

/** Nobody has said yet that they have it. Starting says so too. */
function Acknowledge({ job, now, act }: { job: JobView; now: Date; act: Act }) {
  const by = job.acknowledge_due_at;
  const late = by && dueState(by, now) === "late";
  return (
    <div class="acknowledge">
      <p>
        {by ? `To be accepted: ${dueInWords(by, now)}.` : "Nobody has accepted it yet."}
        {late && " Say now that you have it."}
      </p>
      <Button icon="check" onClick={() => act("accept_job")}>
        Accept
      </Button>
    </div>
  );
}

/** One defect can need two jobs: make it safe now, and finish the work. */
function OtherHalf({ job }: { job: JobView }) {
  const other = jobs.value.find((one) => one.defect_id === job.defect_id && one.id !== job.id && !isStopped(one));
  if (!other || isStopped(job) || other.kind === job.kind) return null;
  return other.kind === "make_safe" ? (
    <Banner kind="risk" title="Make it safe first">
      <p>
        That has a time of its own: <a href={`/jobs/${other.id}`}>{other.number}</a>. Finishing the work does both.
      </p>
    </Banner>
  ) : (
    <p>
      This job is to make it safe. The work itself is <a href={`/jobs/${other.id}`}>{other.number}</a>.
    </p>
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
  usePosition();
  const away = fix.value ? awayInWords(distanceM(fix.value, job.place)) : null;
  return (
    <Section title={where} level={2}>
      <p class="quiet-text">
        {[job.ward?.name, away].filter(Boolean).join(", ")}
        {rough && `. The place is known ${rough}.`}
      </p>
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
  useLeft();
  const left = leftToday(councilMidnight(serverNow())).has(job.id);
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
        {job.kind !== "make_safe" && (
          <LinkButton icon="check" href={`/jobs/${job.id}/made-safe`} wide>
            Made safe for now
          </LinkButton>
        )}
        {job.status !== "in_progress" && <LeaveForLater job={job} left={left} />}
      </div>
    </Section>
  );
}

function NextStep({ job, act, start }: { job: JobView; act: Act; start: () => void }) {
  if (job.status === "in_progress") {
    return (
      <ActionBar>
        <LinkButton kind="primary" large icon="camera" href={`/jobs/${job.id}/close`}>
          {job.kind === "make_safe" ? "Safe: take the photo" : "Done: take the after photo"}
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
        <Button kind="primary" large icon="start" onClick={start}>
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
