/** A crew's day, worked out from the jobs on the phone. Pure: no clock, no signals. */
import type { JobView } from "../../sync";
import { clockNow, dueState } from "../../ui";
import { byDue } from "./order";

export type Whose = "mine" | "team";

export interface Me {
  id: string;
  team: { id: string } | null;
}

export interface Day {
  /** Work this person has begun. */
  started: JobView[];
  /** What is still to do, the soonest due first; `order.ts` has the order to drive. */
  todo: JobView[];
  /** Finished or handed back since midnight, the latest first. */
  finished: JobView[];
}

const TO_DO = new Set(["open", "accepted", "paused", "in_progress"]);
const FINISHED = new Set(["done", "verified", "returned"]);

export function isMine(job: JobView, me: Me): boolean {
  return job.assigned_to?.id === me.id || job.done_by?.id === me.id;
}

/** A team's list has its own jobs and those that no team has yet. */
export function isTeams(job: JobView, me: Me): boolean {
  return isMine(job, me) || job.team === null || job.team.id === me.team?.id;
}

/** `midnight` is the start of the council's day. */
export function dayOf(jobs: readonly JobView[], me: Me, whose: Whose, midnight: Date): Day {
  const seen = jobs.filter((job) => (whose === "mine" ? isMine(job, me) : isTeams(job, me)));
  const open = seen.filter((job) => TO_DO.has(job.status)).sort(byDue);
  const begun = (job: JobView) =>
    job.status === "in_progress" && (job.assigned_to === null || job.assigned_to.id === me.id);
  const ended = (job: JobView) => job.done_at ?? job.opened_at;
  const finished = seen
    .filter((job) => FINISHED.has(job.status))
    .filter((job) => job.local !== null || (job.done_at !== null && new Date(job.done_at) >= midnight));
  return {
    started: open.filter(begun),
    todo: open.filter((job) => !begun(job)),
    finished: finished.sort((a, b) => ended(b).localeCompare(ended(a))),
  };
}

/** Mine once anything is mine; else the team's, so that a morning never starts on an empty list. */
export function firstWhose(jobs: readonly JobView[], me: Me): Whose {
  return jobs.some((job) => TO_DO.has(job.status) && isMine(job, me)) ? "mine" : "team";
}

/** "2 late, 3 at risk, 12 in all", said only where there is something to say. */
export function dayInWords(jobs: readonly JobView[], now: Date): string {
  const states = jobs.map((job) =>
    job.due_at ? dueState(job.due_at, clockNow(now, job.paused), job.at_risk_at) : "on_time",
  );
  const late = states.filter((state) => state === "late").length;
  const risk = states.filter((state) => state === "at_risk").length;
  const parts = [late && `${late} late`, risk && `${risk} at risk`].filter(Boolean);
  const all = jobs.length === 1 ? "1 job to do" : `${jobs.length} jobs to do`;
  return parts.length ? `${all}: ${parts.join(", ")}` : all;
}

/** Of so many jobs the before photo is fetched ahead, for where there is no signal. */
const AHEAD = 40;

/** The addresses of the before photos of the next jobs. */
export function beforePhotos(jobs: readonly JobView[]): string[] {
  return jobs
    .slice(0, AHEAD)
    .flatMap((job) => job.photos.filter((photo) => photo.role === "before" && photo.state === "ready").slice(0, 1))
    .flatMap((photo) => [photo.thumbnail, photo.view]);
}
