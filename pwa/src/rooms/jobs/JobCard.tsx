import { categories, type JobView } from "../../sync";
import { Card, Chip, clockNow, Due, dueState, Icon, JOB_STATUS, MissingPhotos, Photo, statusOf, Tag } from "../../ui";
import { awayInWords } from "./place";

export function jobPhoto(job: JobView, role: "before" | "after") {
  const ofRole = job.photos.filter((photo) => photo.role === role);
  return role === "before" ? ofRole[0] : ofRole[ofRole.length - 1];
}

export function jobTitle(job: JobView): string {
  return categories.value.get(job.category)?.label ?? job.category;
}

const STOPPED = new Set(["done", "verified", "returned", "cancelled"]);

export function isStopped(job: JobView): boolean {
  return STOPPED.has(job.status);
}

function edge(job: JobView, now: Date) {
  if (job.status === "in_progress") return "busy";
  if (isStopped(job) || !job.due_at) return "plain";
  const state = dueState(job.due_at, clockNow(now, job.paused), job.at_risk_at);
  return state === "late" ? "late" : state === "at_risk" ? "risk" : "plain";
}

/** One stop of the day: the danger first, then what, where, how far and by when. */
export function JobCard(props: { job: JobView; now: Date; stop?: number; away_m?: number | null }) {
  const { job, now, stop, away_m } = props;
  const photo = jobPhoto(job, "before");
  return (
    <Card href={`/jobs/${job.id}`} tone={edge(job, now)} class="job-card">
      {job.hazard && !isStopped(job) && (
        <p class="job-hazard">
          <Icon name="hazard" /> <span>{job.hazard}</span>
        </p>
      )}
      <div class="job-card-row">
        <Photo src={photo?.thumbnail} state={photo?.state} alt="" icon={categories.value.get(job.category)?.icon} />
        <div class="job-card-words">
          <p class="job-card-title">
            {stop !== undefined && <span class="job-stop tabular">{stop}</span>}
            {jobTitle(job)}
          </p>
          <p>
            {job.street_text || job.ward?.name || "Place on the map"}
            {away_m !== null && away_m !== undefined && <span class="quiet-text">{`, ${awayInWords(away_m)}`}</span>}
          </p>
          <MissingPhotos photos={job.photos} />
          <Clockwork job={job} now={now} />
        </div>
      </div>
    </Card>
  );
}

/** By when, and how far it has got. */
export function Clockwork({ job, now }: { job: JobView; now: Date }) {
  return (
    <p class="row">
      {job.due_at && !isStopped(job) && (
        <Due due={job.due_at} now={clockNow(now, job.paused)} atRiskAt={job.at_risk_at} still />
      )}
      {job.kind === "make_safe" && !isStopped(job) && (
        <Tag tone="late" icon="hazard">
          Make safe
        </Tag>
      )}
      {job.status !== "open" && <Chip status={statusOf(JOB_STATUS, job.status)} />}
      <LocalState job={job} />
    </p>
  );
}

/** What this phone has done to the job and the server has not answered yet. */
export function LocalState({ job }: { job: JobView }) {
  if (!job.local) return null;
  if (job.local.state === "here") {
    return (
      <Tag tone="risk" icon="phone">
        On this phone
      </Tag>
    );
  }
  if (job.local.state === "sent") return null;
  return (
    <Tag tone="late" icon="warning">
      Needs you
    </Tag>
  );
}
