import { describe, expect, it } from "vitest";
import { ageWords } from "./ages";
import { dayBefore, daysInWords, percentInWords, periodFrom } from "./figures";
import { ageKey, filtersFrom, firstBreach, isOnly, jobsQuestion, only, stepTo } from "./filters";

const at = (query: string) => filtersFrom(new URLSearchParams(query), "at_risk");
const asked = (query: string) => new URL(jobsQuestion(at(query)), "http://x").searchParams;

describe("filters live in the address", () => {
  it("opens on what is at risk, else late, else everything", () => {
    expect(firstBreach({ open: 9, late: 2, at_risk: 1 })).toBe("at_risk");
    expect(firstBreach({ open: 9, late: 2, at_risk: 0 })).toBe("late");
    expect(firstBreach({ open: 9, late: 0, at_risk: 0 })).toBe("all");
    expect(at("").breach).toBe("at_risk");
  });

  it("shows all of what was asked for once a figure is chosen", () => {
    expect(at("organisation=abc").breach).toBe("all");
    expect(at("state=done").breach).toBe("all");
    expect(at("organisation=abc&breach=late").breach).toBe("late");
  });

  it("opens as usual from a broken link", () => {
    expect(at("breach=soonish&state=lost&age=old&order=sideways")).toEqual({
      breach: "at_risk",
      state: "unfinished",
      organisation: "",
      ward: "",
      category: "",
      age: "",
      order: "due_at",
    });
  });

  it("asks the server for exactly that", () => {
    const wanted = asked("organisation=abc&breach=late&age=24-72&order=-age");
    expect(Object.fromEntries(wanted)).toEqual({
      status: "open,accepted,in_progress,paused",
      order: "-age",
      breach: "late",
      organisation: "abc",
      min_age_h: "24",
      max_age_h: "72",
      page_size: "100",
    });
    expect(asked("age=0-24").has("min_age_h")).toBe(false);
    expect(asked("age=672-").has("max_age_h")).toBe(false);
    expect(asked("state=done").get("done_days")).toBe("7");
    expect(asked("state=returned").get("undecided")).toBe("true");
  });

  it("goes from any filters to one figure's list and back to it", () => {
    const changes = only({ organisation: "abc", breach: "late" });
    expect(changes).toMatchObject({ organisation: "abc", breach: "late", ward: null, age: null });
    expect(isOnly(at("organisation=abc&breach=late"), { organisation: "abc", breach: "late" })).toBe(true);
    expect(isOnly(at("organisation=abc&breach=late&ward=w"), { organisation: "abc", breach: "late" })).toBe(false);
    expect(isOnly(at(`age=${ageKey({ min_h: 672, max_h: null })}`), { age: "672-" })).toBe(true);
  });
});

it("steps through the list with j and k, and stops at its ends", () => {
  const ids = ["a", "b", "c"];
  expect(stepTo(ids, null, 1)).toBe("a");
  expect(stepTo(ids, null, -1)).toBe("c");
  expect(stepTo(ids, "a", 1)).toBe("b");
  expect(stepTo(ids, "c", 1)).toBe("c");
  expect(stepTo(ids, "gone", 1)).toBe("a");
  expect(stepTo([], "a", 1)).toBeNull();
});

it("says ages, days and percentages as people do", () => {
  expect([ageWords("0-24"), ageWords("24-72"), ageWords("168-672"), ageWords("672-")]).toEqual([
    "under 1 day old",
    "1 day to 3 days old",
    "1 week to 4 weeks old",
    "over 4 weeks old",
  ]);
  expect([daysInWords(null), daysInWords(0.4), daysInWords(1.9), daysInWords(30.2)]).toEqual([
    "–",
    "under a day",
    "1 day",
    "30 days",
  ]);
  expect([percentInWords(null), percentInWords(91.7)]).toEqual(["–", "91.7 %"]);
});

describe("the period of the hotspots", () => {
  const now = new Date("2026-07-01T23:30:00Z");
  const period = (query: string) => periodFrom(new URLSearchParams(query), now);

  it("ends on the council's own day", () => {
    expect(dayBefore(now, 0)).toBe("2026-07-02");
    expect(period("")).toEqual({ kind: "90", from: "2026-04-03", to: "2026-07-02" });
    expect(period("period=30").from).toBe("2026-06-02");
  });

  it("takes own dates either way round, and ignores what is no date", () => {
    expect(period("period=own&from=2026-03-01&to=2026-02-01")).toEqual({
      kind: "own",
      from: "2026-02-01",
      to: "2026-03-01",
    });
    expect(period("period=own&from=soon&to=2026-06-01").from).toBe("2026-04-03");
  });
});
