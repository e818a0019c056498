import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../api/types";
import { nudged } from "../../device/geo";
import {
  type Around,
  BUCKETS,
  bucketOf,
  byDue,
  EQUAL_M,
  heldPoint,
  inRouteOrder,
  MOVED_M,
  type Placed,
  type Stop,
  wayM,
} from "./order";

const DEPOT: Point = { longitude: -0.9, latitude: 52.24 };
const NOW = new Date("2026-11-18T10:00:00Z"); // a Wednesday
const DAYS = [18, 19, 20, 21, 22, 23, 24, 25].map((day) => new Date(`2026-11-${day}T00:00:00Z`));
const HERE: Around = { now: NOW, days: DAYS, from: DEPOT, left: new Set() };

/** A job `eastM` and `northM` metres from the depot. */
function job(number: string, eastM = 0, northM = 0, changes: Partial<Stop> = {}): Stop {
  return {
    id: number,
    number,
    status: "open",
    priority: 3,
    due_at: "2026-11-18T17:00:00Z",
    at_risk_at: "2026-11-18T15:00:00Z",
    paused: null,
    place: { ...nudged(DEPOT, eastM, northM), accuracy_m: 5, source: "gps" },
    ...changes,
  };
}

const numbers = (placed: readonly Placed<Stop>[]) => placed.map((each) => each.job.number);
const late = { due_at: "2026-11-18T09:00:00Z", at_risk_at: "2026-11-18T07:00:00Z" };
const risk = { due_at: "2026-11-18T11:00:00Z", at_risk_at: "2026-11-18T09:00:00Z" };
const onDay = (day: number) => ({ due_at: `2026-11-${day}T17:00:00Z`, at_risk_at: `2026-11-${day}T15:00:00Z` });

describe("which bucket a job is in", () => {
  it.each([
    ["late", late, "late"],
    ["at risk", risk, "at_risk"],
    ["due this evening", {}, "today"],
    ["due in the last second of today", { due_at: "2026-11-18T23:59:59Z", at_risk_at: null }, "today"],
    ["due as tomorrow begins", { due_at: "2026-11-19T00:00:00Z", at_risk_at: null }, "tomorrow"],
    ["due tomorrow", onDay(19), "tomorrow"],
    ["due the day after", onDay(20), "week"],
    ["due on the seventh day", onDay(24), "week"],
    ["due in eight days", onDay(26), "later"],
    ["without a due time", { due_at: null, at_risk_at: null }, "later"],
    ["dangerous and due today", { priority: 1 }, "danger"],
    ["dangerous and late", { ...late, priority: 1 }, "danger"],
    ["dangerous and due next week", { ...onDay(24), priority: 1 }, "week"],
    ["put off to tomorrow by the desk, though late", { ...late, planned_for: "2026-11-19" }, "planned"],
    ["put off until today", { planned_for: "2026-11-18" }, "today"],
    [
      "paused, though late",
      { ...late, status: "paused", paused: { reason: "weather", since: "2026-11-18T08:00:00Z" } },
      "paused",
    ],
  ] as [string, Partial<Stop>, string][])("%s", (_, changes, bucket) => {
    expect(bucketOf(job("J-1", 0, 0, changes), HERE)).toBe(bucket);
  });

  it("is the last but those that can't be done, for what somebody leaves for later today", () => {
    expect(bucketOf(job("J-1", 0, 0, late), { ...HERE, left: new Set(["J-1"]) })).toBe("left");
  });
});

describe("the order to drive", () => {
  it.each([
    ["nothing", [], []],
    ["the nearest first", [job("far", 900), job("near", 100), job("middle", 500)], ["near", "middle", "far"]],
    [
      "what is late before what is near",
      [job("near", 100), job("late", 5000, 0, late), job("risk", 3000, 0, risk)],
      ["late", "risk", "near"],
    ],
    [
      "on from where the late one ended",
      [job("by the depot", 100), job("by the late one", 4900), job("late", 5000, 0, late)],
      ["late", "by the late one", "by the depot"],
    ],
    [
      "the one due sooner, of two that are equally near",
      [job("soon", 220, 0, { due_at: "2026-11-18T12:30:00Z", at_risk_at: null }), job("late in the day", 200)],
      ["soon", "late in the day"],
    ],
    [
      "no crossing over: along one side of the road and back on the other",
      [job("a", 0, 300), job("b", 200, 300), job("c", 200, 600), job("d", 0, 600)],
      ["a", "b", "c", "d"],
    ],
    [
      "by due time where that costs no more than a few steps",
      [job("second", 15, 0), job("first", 30, 0, { due_at: "2026-11-18T13:00:00Z", at_risk_at: null })],
      ["first", "second"],
    ],
  ] as [string, Stop[], string[]][])("%s", (_, jobs, order) => {
    expect(numbers(inRouteOrder(jobs, HERE))).toEqual(order);
  });

  it("is by due time within a bucket where nobody knows where the phone is", () => {
    const jobs = [
      job("near", 10),
      job("soon", 4000, 0, { due_at: "2026-11-18T16:30:00Z" }),
      job("late", 9000, 0, late),
    ];
    const placed = inRouteOrder(jobs, { ...HERE, from: null });
    expect(numbers(placed)).toEqual(["late", "soon", "near"]);
    expect(placed.every((each) => each.away_m === null)).toBe(true);
  });

  it("says how far away each is", () => {
    const [placed] = inRouteOrder([job("J-1", 300, 400)], HERE);
    expect(placed?.away_m).toBeCloseTo(500, 0);
  });

  it("counts J-9 before J-10 where all else is equal", () => {
    expect([job("J-10"), job("J-9")].sort(byDue).map((each) => each.number)).toEqual(["J-9", "J-10"]);
  });
});

/** Up to so many jobs within five kilometres, due from yesterday to next month, some of them special. */
function days(most: number): fc.Arbitrary<Stop[]> {
  const metres = fc.integer({ min: -5000, max: 5000 });
  const hours = fc.option(fc.integer({ min: -24, max: 700 }), { nil: null, freq: 10 });
  const one = fc.record({
    east: metres,
    north: metres,
    hours,
    priority: fc.constantFrom<1 | 2 | 3 | 4>(1, 2, 3, 4),
    paused: fc.integer({ min: 0, max: 9 }),
  });
  return fc.array(one, { maxLength: most }).map((drawn) =>
    drawn.map(({ east, north, hours, priority, paused }, i) => {
      const due = hours === null ? null : new Date(NOW.getTime() + hours * 3_600_000).toISOString();
      const stopped = { status: "paused", paused: { reason: "weather", since: NOW.toISOString() } } as const;
      return job(`J-${i}`, east, north, { due_at: due, at_risk_at: null, priority, ...(paused === 0 ? stopped : {}) });
    }),
  );
}

const from = fc.option(
  fc.record({ east: fc.integer({ min: -6000, max: 6000 }), north: fc.integer({ min: -6000, max: 6000 }) }),
  { nil: null, freq: 8 },
);
const start = from.map((at) => (at ? nudged(DEPOT, at.east, at.north) : null));

describe("whatever the day", () => {
  it("has every job once", () => {
    fc.assert(
      fc.property(days(60), start, (jobs, at) => {
        const order = numbers(inRouteOrder(jobs, { ...HERE, from: at }));
        expect([...order].sort()).toEqual(jobs.map((each) => each.number).sort());
      }),
    );
  });

  it("never puts a job after one of a later bucket: no late one after one that is on time", () => {
    fc.assert(
      fc.property(days(60), start, (jobs, at) => {
        const ranks = inRouteOrder(jobs, { ...HERE, from: at }).map((each) => BUCKETS.indexOf(each.bucket));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });

  it("is never a longer way than by due time, bucket by bucket", () => {
    fc.assert(
      fc.property(days(60), start, (jobs, at) => {
        fc.pre(at !== null);
        const placed = inRouteOrder(jobs, { ...HERE, from: at });
        let here = at as Point;
        for (const bucket of BUCKETS) {
          const stops = placed.filter((each) => each.bucket === bucket).map((each) => each.job);
          expect(wayM(here, stops)).toBeLessThanOrEqual(wayM(here, [...stops].sort(byDue)) + 1e-6);
          here = stops[stops.length - 1]?.place ?? here;
        }
      }),
    );
  });

  it("departs from due time only for a way that is shorter by more than a few steps", () => {
    fc.assert(
      fc.property(days(30), start, (jobs, at) => {
        fc.pre(at !== null);
        const placed = inRouteOrder(jobs, { ...HERE, from: at });
        let here = at as Point;
        for (const bucket of BUCKETS) {
          const stops = placed.filter((each) => each.bucket === bucket).map((each) => each.job);
          const due = [...stops].sort(byDue);
          if (stops.some((each, i) => each !== due[i])) {
            expect(wayM(here, due) - wayM(here, stops)).toBeGreaterThan(EQUAL_M);
          }
          here = stops[stops.length - 1]?.place ?? here;
        }
      }),
    );
  });

  it("stays as it is when nothing changed, in whatever order the phone holds the jobs", () => {
    fc.assert(
      fc.property(days(40), start, fc.integer(), (jobs, at, seed) => {
        const around = { ...HERE, from: at };
        const shuffled = [...jobs].sort((a, b) => ((hash(a.id) ^ seed) >>> 0) - ((hash(b.id) ^ seed) >>> 0));
        expect(numbers(inRouteOrder(shuffled, around))).toEqual(numbers(inRouteOrder(jobs, around)));
      }),
    );
  });

  it("keeps the others in their order of buckets when one job is done", () => {
    fc.assert(
      fc.property(days(30), start, (jobs, at) => {
        const around = { ...HERE, from: at };
        const [first, ...rest] = inRouteOrder(jobs, around);
        fc.pre(first !== undefined);
        const next = inRouteOrder(
          jobs.filter((each) => each.id !== first?.job.id),
          around,
        );
        expect(next.map((each) => each.bucket)).toEqual(rest.map((each) => each.bucket));
      }),
    );
  });

  it("takes the thousand that a phone can hold", () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      job(`J-${i}`, ((i * 7919) % 9000) - 4500, ((i * 104_729) % 9000) - 4500),
    );
    const placed = inRouteOrder(many, HERE);
    expect(new Set(numbers(placed)).size).toBe(1000);
    const stops = placed.map((each) => each.job);
    expect(wayM(DEPOT, stops)).toBeLessThan(wayM(DEPOT, [...many].sort(byDue)) / 5);
  });
});

function hash(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0;
  return sum;
}

describe("where the order is worked out from", () => {
  it("stays while the phone moves a little, and follows when it has moved on", () => {
    const step = nudged(DEPOT, MOVED_M - 5, 0);
    const gone = nudged(DEPOT, MOVED_M + 5, 0);
    expect(heldPoint(null, null)).toBeNull();
    expect(heldPoint(null, step)).toEqual(step);
    expect(heldPoint(DEPOT, step)).toEqual(DEPOT);
    expect(heldPoint(DEPOT, gone)).toEqual(gone);
    expect(heldPoint(DEPOT, null)).toEqual(DEPOT);
  });
});
