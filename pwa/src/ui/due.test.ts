import { describe, expect, it } from "vitest";
import { agoInWords, dueInWords, dueState, exactTime, spanInWords } from "./due";

// A Saturday in winter: London is on UTC.
const NOW = "2026-11-21T10:00:00Z";

describe("when something is due, as people say it", () => {
  it.each([
    ["2026-11-21T10:00:30Z", "due now"],
    ["2026-11-21T10:40:00Z", "in 40 min"],
    ["2026-11-21T13:00:00Z", "in 3 h"],
    ["2026-11-21T17:00:00Z", "today 17:00"],
    ["2026-11-22T09:00:00Z", "tomorrow 09:00"],
    ["2026-11-22T00:30:00Z", "tomorrow 00:30"],
    ["2026-11-26T17:00:00Z", "Thu 17:00"],
    ["2026-12-03T17:00:00Z", "3 Dec"],
    ["2027-02-03T17:00:00Z", "3 Feb 2027"],
    ["2026-11-21T09:20:00Z", "40 min late"],
    ["2026-11-21T05:00:00Z", "5 h late"],
    ["2026-11-20T09:00:00Z", "1 day late"],
    ["2026-11-18T09:00:00Z", "3 days late"],
  ])("%s is %s", (due, words) => {
    expect(dueInWords(due, NOW)).toBe(words);
  });

  it("says the council's time of day in summer, not the server's", () => {
    expect(dueInWords("2026-07-01T16:00:00Z", "2026-07-01T07:00:00Z")).toBe("today 17:00");
    expect(exactTime("2026-07-01T16:00:00Z")).toBe("Wed 1 Jul 2026, 17:00");
  });

  it("counts the day by the council's midnight", () => {
    // 23:30 UTC on 30 June is already 1 July in London.
    expect(dueInWords("2026-06-30T23:30:00Z", "2026-06-30T10:00:00Z")).toBe("tomorrow 00:30");
  });
});

describe("whether a clock is late, at risk or on time", () => {
  it.each([
    ["2026-11-21T09:59:00Z", null, "late"],
    ["2026-11-21T11:30:00Z", null, "at_risk"],
    ["2026-11-21T13:00:00Z", "2026-11-21T10:00:00Z", "at_risk"],
    ["2026-11-21T11:00:00Z", "2026-11-21T10:30:00Z", "on_time"],
    ["2026-11-25T17:00:00Z", null, "on_time"],
  ])("due %s, at risk from %s: %s", (due, atRiskAt, state) => {
    expect(dueState(due, NOW, atRiskAt)).toBe(state);
  });
});

describe("spans and ages", () => {
  it("uses the one largest unit", () => {
    expect([spanInWords(10_000), spanInWords(59 * 60_000), spanInWords(90 * 60_000)]).toEqual([
      "1 min",
      "59 min",
      "1 h",
    ]);
    expect(spanInWords(50 * 3_600_000)).toBe("2 days");
  });

  it("says how old news is", () => {
    expect(agoInWords("2026-11-21T09:59:40Z", NOW)).toBe("just now");
    expect(agoInWords("2026-11-21T09:30:00Z", NOW)).toBe("30 min ago");
    expect(agoInWords("2026-11-21T02:00:00Z", NOW)).toBe("today 02:00");
    expect(agoInWords("2026-11-20T16:20:00Z", NOW)).toBe("yesterday 16:20");
    expect(agoInWords("2026-11-12T16:20:00Z", NOW)).toBe("12 Nov");
  });
});
