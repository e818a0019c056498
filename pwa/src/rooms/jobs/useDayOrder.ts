import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Point } from "../../api/types";
import { fix, usePosition } from "../../device/position";
import type { JobView } from "../../sync";
import { leftToday, useLeft } from "./left";
import { type Around, heldPoint, inRouteOrder, type Placed } from "./order";
import { councilDays } from "./place";

/** Where the order is worked out from; kept while screens come and go, so that the list stays as it is. */
const held = signal<Point | null>(null);

export interface DayOrder {
  todo: Placed<JobView>[];
  /** What the order goes by: where the phone is, the job that was begun or finished last, or due times. */
  by: "place" | "last_job" | "due";
}

/** The jobs that are still to do, in the order to drive. `last` is the job that the crew is or was at. */
export function useDayOrder(todo: readonly JobView[], last: JobView | undefined, now: Date): DayOrder {
  usePosition();
  useLeft();
  const here = heldPoint(held.value, fix.value);
  if (here !== held.peek()) held.value = here;
  const from = here ?? last?.place ?? null;
  const days = councilDays(now);
  const left = leftToday(days[0] as Date);
  const around: Around = { now, days, from, left };
  const placed = useMemo(() => inRouteOrder(todo, around), [signatureOf(todo), now, from, left.size]);
  // The order is kept while nothing that matters to it changed; the rows are always the newest.
  const rows = new Map(todo.map((job) => [job.id, job]));
  const newest = placed.flatMap((each) => {
    const job = rows.get(each.job.id);
    return job ? [{ ...each, job }] : [];
  });
  return { todo: newest, by: here ? "place" : from ? "last_job" : "due" };
}

function signatureOf(jobs: readonly JobView[]): string {
  return jobs.map((job) => `${job.id} ${job.status} ${job.due_at} ${job.priority} ${job.planned_for ?? ""}`).join();
}
