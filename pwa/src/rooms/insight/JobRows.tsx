import type { Job } from "../../api/types";
import { categories } from "../../sync";
import {
  agoInWords,
  Chip,
  type Column,
  clockNow,
  Due,
  exactTime,
  JOB_STATUS,
  MissingPhotos,
  Photo,
  spanInWords,
  statusOf,
} from "../../ui";

const STOPPED = new Set(["done", "verified", "returned", "cancelled"]);

export function titleOf(row: { category: string }): string {
  return categories.value.get(row.category)?.label ?? row.category;
}

function Thumb({ job }: { job: Job }) {
  const photo = job.photos.find((one) => one.role === "before") ?? job.photos[0];
  const icon = categories.value.get(job.category)?.icon;
  const waiting = job.photos_missing > 0 ? "expected" : null;
  return <Photo src={photo?.thumbnail} state={photo?.state ?? waiting} alt="" icon={icon} />;
}

function When({ job, now }: { job: Job; now: Date }) {
  if (job.done_at && STOPPED.has(job.status)) {
    return <span title={exactTime(job.done_at)}>done {agoInWords(job.done_at, now)}</span>;
  }
  if (!job.due_at) return <span>no time set</span>;
  return <Due due={job.due_at} now={clockNow(now, job.paused)} atRiskAt={job.at_risk_at} still />;
}

/** The columns of the backlog: picture, what, where, whose, due, age, state. */
export function jobColumns(now: Date, linkTo: (job: Job) => string): Column<Job>[] {
  return [
    { key: "photo", head: "Photo", headHidden: true, width: "4rem", cell: (job) => <Thumb job={job} /> },
    {
      key: "what",
      head: "What",
      rowHead: true,
      cell: (job) => (
        <>
          <a class="row-link" href={linkTo(job)}>
            {titleOf(job)}
          </a>
          <span class="row-under tabular">{job.number}</span>
          <MissingPhotos photos={job.photos} />
        </>
      ),
    },
    {
      key: "where",
      head: "Where",
      cell: (job) => (
        <>
          {job.street_text || "On the map"}
          <span class="row-under">{job.ward?.name}</span>
        </>
      ),
    },
    {
      key: "whose",
      head: "Whose",
      cell: (job) => (
        <>
          {job.organisation.short_name || job.organisation.name}
          <span class="row-under">{job.assigned_to?.name ?? job.team?.name}</span>
        </>
      ),
    },
    { key: "due", head: "Due", cell: (job) => <When job={job} now={now} /> },
    {
      key: "age",
      head: "Age",
      cell: (job) => (
        <span class="whole" title={exactTime(job.clock_started_at)}>
          {spanInWords(now.getTime() - Date.parse(job.clock_started_at))}
        </span>
      ),
    },
    { key: "state", head: "State", cell: (job) => <Chip status={statusOf(JOB_STATUS, job.status)} /> },
  ];
}
