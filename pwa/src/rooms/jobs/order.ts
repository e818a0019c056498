/**
 * The order of a crew's day. Pure: no clock, no signals, nothing random; works without signal.
 *
 * 1. Jobs go into buckets by what their targets ask (`BUCKETS`): a job of an earlier bucket never comes
 *    after one of a later bucket, however near it is.
 * 2. Within a bucket the way is short: from where the last bucket ended always to the nearest next, where
 *    those that are `EQUAL_M` apart at most count as equally near and the one due sooner goes first; then
 *    pieces of the way are turned round for as long as that shortens it (2-opt).
 * 3. A way that saves no more than `EQUAL_M` over going by due time is not worth it: then due time decides.
 *
 * Where nobody knows where the phone is, each bucket goes by due time. As the crow flies: the phone has no
 * road map to plan with, and the crew knows its roads.
 */
import type { Job, Point } from "../../api/types";
import { distanceM } from "../../device/geo";
import { clockNow, dueState } from "../../ui";

export type Stop = Pick<Job, "id" | "number" | "status" | "priority" | "due_at" | "at_risk_at" | "paused" | "place"> & {
  /** The day, YYYY-MM-DD, to which the desk has put it off; its due time stays. */
  planned_for?: string | null;
};

export const BUCKETS = [
  "danger",
  "late",
  "at_risk",
  "today",
  "tomorrow",
  "week",
  "later",
  "left",
  "planned",
  "paused",
] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What stands over each bucket's jobs. */
export const BUCKET_WORDS: Record<Bucket, string> = {
  danger: "Danger to people",
  late: "Late",
  at_risk: "At risk of being late",
  today: "Due today",
  tomorrow: "Due tomorrow",
  week: "Due this week",
  later: "Due later",
  left: "Left for later",
  planned: "Put off by the desk",
  paused: "Paused",
};

/** Metres: nearer together than this, the due time decides. */
export const EQUAL_M = 30;
/** The order is worked out anew once the phone is so far from where it was worked out. */
export const MOVED_M = 150;
const DAYS_OF_A_WEEK = 7;

export interface Around {
  now: Date;
  /** The starts of the council's days: of today, and of the next seven. */
  days: readonly Date[];
  /** Where the day goes on from; null where nobody knows. */
  from: Point | null;
  /** Jobs that this person leaves for later today. */
  left: ReadonlySet<string>;
}

export interface Placed<Row extends Stop> {
  job: Row;
  bucket: Bucket;
  /** Metres from `from`, as the crow flies; null without it. */
  away_m: number | null;
}

/** Where a job stands by its target; see `BUCKETS`. */
export function bucketOf(job: Stop, around: Around): Bucket {
  if (job.status === "paused") return "paused";
  if (job.planned_for && isAfterToday(job.planned_for, around.days)) return "planned";
  if (around.left.has(job.id)) return "left";
  const due = byTarget(job, around);
  const soon = due === "late" || due === "at_risk" || due === "today";
  return job.priority === 1 && soon ? "danger" : due;
}

/** By its noon, which lies in that day in any zone of ours. */
function isAfterToday(day: string, days: readonly Date[]): boolean {
  return Date.parse(`${day}T12:00:00Z`) >= (days[1]?.getTime() ?? 0);
}

function byTarget(job: Stop, { now, days }: Around): Bucket {
  if (!job.due_at) return "later";
  const state = dueState(job.due_at, clockNow(now, job.paused), job.at_risk_at);
  if (state !== "on_time") return state;
  const due = Date.parse(job.due_at);
  const before = (day: number) => due < (days[day]?.getTime() ?? 0);
  if (before(1)) return "today";
  if (before(2)) return "tomorrow";
  return before(DAYS_OF_A_WEEK) ? "week" : "later";
}

/** The soonest due first; what has no due time comes last, then the more urgent first, then by number. */
export function byDue(
  a: Pick<Stop, "due_at" | "priority" | "number">,
  b: Pick<Stop, "due_at" | "priority" | "number">,
): number {
  const due = (a.due_at ?? "9999").localeCompare(b.due_at ?? "9999");
  return due || a.priority - b.priority || a.number.localeCompare(b.number, "en", { numeric: true });
}

/** Each job once, in the order to drive. The order in which they come in makes no difference. */
export function inRouteOrder<Row extends Stop>(jobs: readonly Row[], around: Around): Placed<Row>[] {
  const buckets = new Map<Bucket, Row[]>();
  for (const job of [...jobs].sort((a, b) => byDue(a, b) || (a.id < b.id ? -1 : 1))) {
    const bucket = bucketOf(job, around);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), job]);
  }
  let at = around.from;
  return BUCKETS.flatMap((bucket) => {
    const stops = wayThrough(buckets.get(bucket) ?? [], at);
    if (around.from) at = stops[stops.length - 1]?.place ?? at;
    return stops.map((job) => ({
      job,
      bucket,
      away_m: around.from && distanceM(around.from, job.place),
    }));
  });
}

/** Metres from `from` through the stops in their order. */
export function wayM(from: Point, stops: readonly { place: Point }[]): number {
  let at = from;
  let sum = 0;
  for (const { place } of stops) {
    sum += distanceM(at, place);
    at = place;
  }
  return sum;
}

/** The stops of one bucket, which come in by due time, in the order to drive. */
function wayThrough<Row extends Stop>(stops: readonly Row[], from: Point | null): readonly Row[] {
  if (!from || stops.length < 2) return stops;
  const flat = flattened(from, stops);
  const tour = untangled(nearestNext(flat), flat);
  const found = tour.map((index) => stops[index - 1] as Row);
  return wayM(from, stops) - wayM(from, found) > EQUAL_M ? found : stops;
}

interface Flat {
  /** Metres east and north of the start; the start itself is at index 0. */
  x: Float64Array;
  y: Float64Array;
}

const METRES_A_DEGREE = 111_195;

/** The globe laid flat around the start: for comparing ways within a town, cheaper than the sphere. */
function flattened(from: Point, stops: readonly Stop[]): Flat {
  const narrow = Math.cos((from.latitude * Math.PI) / 180);
  const x = new Float64Array(stops.length + 1);
  const y = new Float64Array(stops.length + 1);
  stops.forEach(({ place }, i) => {
    x[i + 1] = (place.longitude - from.longitude) * METRES_A_DEGREE * narrow;
    y[i + 1] = (place.latitude - from.latitude) * METRES_A_DEGREE;
  });
  return { x, y };
}

function between({ x, y }: Flat, a: number, b: number): number {
  return Math.hypot((x[a] as number) - (x[b] as number), (y[a] as number) - (y[b] as number));
}

/** From the start always to the nearest; the lower index, which is due sooner, among equally near ones. */
function nearestNext(flat: Flat): number[] {
  const left = Array.from({ length: flat.x.length - 1 }, (_, i) => i + 1);
  const tour: number[] = [];
  let at = 0;
  while (left.length > 0) {
    const away = left.map((index) => between(flat, at, index));
    const nearest = away.reduce((least, each) => Math.min(least, each));
    const chosen = away.findIndex((each) => each <= nearest + EQUAL_M);
    at = left[chosen] as number;
    tour.push(at);
    left.splice(chosen, 1);
  }
  return tour;
}

/** A gain under this is rounding, and would let two equal ways take turns. Metres. */
const LEAST_GAIN_M = 0.5;
/** Turning pieces longer than this seldom helps, and a list of a thousand has to stay quick. */
const LONGEST_TURN = 100;
const MOST_ROUNDS = 30;

/** Turns pieces of the way round for as long as that shortens it. The start stays; the end is free. */
function untangled(tour: number[], flat: Flat): number[] {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let better = false;
    for (let i = 0; i < tour.length - 1; i += 1) {
      const before = i === 0 ? 0 : (tour[i - 1] as number);
      const last = Math.min(tour.length - 1, i + LONGEST_TURN);
      for (let j = i + 1; j <= last; j += 1) {
        const [first, end, after] = [tour[i] as number, tour[j] as number, tour[j + 1]];
        const now = between(flat, before, first) + (after === undefined ? 0 : between(flat, end, after));
        const then = between(flat, before, end) + (after === undefined ? 0 : between(flat, first, after));
        if (now - then <= LEAST_GAIN_M) continue;
        turn(tour, i, j);
        better = true;
      }
    }
    if (!better) break;
  }
  return tour;
}

function turn(tour: number[], from: number, until: number): void {
  for (let i = from, j = until; i < j; i += 1, j -= 1) {
    const kept = tour[i] as number;
    tour[i] = tour[j] as number;
    tour[j] = kept;
  }
}

/** Where the order is worked out from: stays while the phone moves a little, so that the list does too. */
export function heldPoint(held: Point | null, here: Point | null): Point | null {
  if (!here) return held;
  return held && distanceM(held, here) < MOVED_M ? held : here;
}
