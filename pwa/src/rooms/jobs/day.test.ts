import { describe, expect, it } from "vitest";
import type { Job } from "../../api/types";
import type { JobView } from "../../sync";
import { dayInWords, dayOf, firstWhose } from "./day";
import { byDue } from "./order";
import { accuracyInWords, councilDays, councilMidnight, directionsTo } from "./place";

const ELLIS = { id: "ellis", team: { id: "north" } };
const MIDNIGHT = new Date("2026-11-21T00:00:00Z");
const NOW = new Date("2026-11-21T10:00:00Z");

function job(number: string, changes: Partial<Job> = {}): JobView {
  return {
    id: number,
    number,
    status: "open",
    team: null,
    assigned_to: null,
    done_by: null,
    due_at: "2026-11-21T17:00:00Z",
    at_risk_at: "2026-11-21T13:00:00Z",
    opened_at: "2026-11-20T09:00:00Z",
    done_at: null,
    paused: null,
    priority: 3,
    local: null,
    ...changes,
  } as JobView;
}

const numbers = (jobs: readonly JobView[]) => jobs.map((one) => one.number);

describe("a crew's day", () => {
  const mine = { assigned_to: { id: "ellis", name: "Ellis" } };
  const others = { assigned_to: { id: "sam", name: "Sam" }, team: { id: "south", name: "South" } };

  it("puts what was begun first, then the soonest due", () => {
    const jobs = [
      job("later", { due_at: "2026-11-23T09:00:00Z" }),
      job("soon", { due_at: "2026-11-21T11:00:00Z" }),
      job("begun", { ...mine, status: "in_progress", due_at: "2026-11-25T09:00:00Z" }),
    ];
    const day = dayOf(jobs, ELLIS, "team", MIDNIGHT);
    expect(numbers(day.started)).toEqual(["begun"]);
    expect(numbers(day.todo)).toEqual(["soon", "later"]);
  });

  it("shows a team its own jobs and those of no team, but not another team's", () => {
    const jobs = [job("nobody's"), job("north's", { team: { id: "north", name: "North" } }), job("south's", others)];
    expect(numbers(dayOf(jobs, ELLIS, "team", MIDNIGHT).todo).sort()).toEqual(["nobody's", "north's"]);
    expect(dayOf(jobs, ELLIS, "mine", MIDNIGHT).todo).toEqual([]);
  });

  it("keeps what was finished today, and lets yesterday go", () => {
    const jobs = [
      job("today", { ...mine, status: "done", done_at: "2026-11-21T08:00:00Z" }),
      job("yesterday", { ...mine, status: "done", done_at: "2026-11-20T08:00:00Z" }),
    ];
    expect(numbers(dayOf(jobs, ELLIS, "mine", MIDNIGHT).finished)).toEqual(["today"]);
  });

  it("opens on mine once something is mine, else on the team's", () => {
    expect(firstWhose([job("a")], ELLIS)).toBe("team");
    expect(firstWhose([job("a", { ...mine, status: "accepted" })], ELLIS)).toBe("mine");
    expect(firstWhose([job("a", { ...mine, status: "done" })], ELLIS)).toBe("team");
  });

  it("puts undated work last, and the more urgent first at the same time", () => {
    const rows = [job("undated", { due_at: null }), job("low", { priority: 4 }), job("high", { priority: 1 })];
    expect(numbers(rows.sort(byDue))).toEqual(["high", "low", "undated"]);
  });

  it("says what is late and at risk; a paused clock stands still", () => {
    const late = job("late", { due_at: "2026-11-21T09:00:00Z" });
    const paused = job("paused", {
      due_at: "2026-11-21T09:00:00Z",
      at_risk_at: "2026-11-21T08:00:00Z",
      paused: { reason: "weather", since: "2026-11-21T07:00:00Z" },
    });
    const risk = job("risk", { at_risk_at: "2026-11-21T09:30:00Z" });
    expect(dayInWords([late, paused, risk], NOW)).toBe("3 jobs to do: 1 late, 1 at risk");
    expect(dayInWords([job("calm")], NOW)).toBe("1 job to do");
  });
});

describe("finding the place", () => {
  const place = { longitude: 1.6, latitude: 53.3, accuracy_m: 6, source: "gps" as const };

  it("opens the phone's own map", () => {
    expect(directionsTo(place, "Anchor Lane", "Linux; Android 14")).toBe(
      "geo:53.300000,1.600000?q=53.300000,1.600000(Anchor%20Lane)",
    );
    expect(directionsTo(place, "x", "iPhone")).toBe("maps://?daddr=53.300000,1.600000");
    expect(directionsTo(place, "x", "X11; Linux")).toMatch(/^https:\/\/www\.openstreetmap\.org\/directions/);
  });

  it("says when the point is rough", () => {
    expect(accuracyInWords(place)).toBe("within 6 m");
    expect(accuracyInWords({ ...place, accuracy_m: 180 })).toBe("only within 180 m: look around");
    expect(accuracyInWords({ ...place, accuracy_m: null })).toBe("");
  });

  it("begins the council's day at its own midnight, in summer too", () => {
    expect(councilMidnight(NOW).toISOString()).toBe("2026-11-21T00:00:00.000Z");
    const summer = new Date("2026-07-01T10:15:30.250Z");
    expect(councilMidnight(summer).toISOString()).toBe("2026-06-30T23:00:00.000Z");
  });

  it("counts the council's next days across both clock changes", () => {
    const days = (now: string) => councilDays(new Date(now)).map((day) => day.toISOString().slice(0, 16));
    expect(days("2026-10-23T22:30:00Z").slice(0, 4)).toEqual([
      "2026-10-22T23:00",
      "2026-10-23T23:00",
      "2026-10-24T23:00",
      "2026-10-26T00:00",
    ]);
    expect(days("2026-03-28T12:00:00Z").slice(0, 3)).toEqual([
      "2026-03-28T00:00",
      "2026-03-29T00:00",
      "2026-03-29T23:00",
    ]);
  });
});
