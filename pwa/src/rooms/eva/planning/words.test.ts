import { describe, expect, it } from "vitest";
import { dayInWords, dayOf, daysInWords, fromTo, lengthInWords, plusDays, plusMonths, timeOf, weeksOf } from "./words";

describe("the calendar in words", () => {
  it("tells times on the council's clocks, in summer too", () => {
    expect(timeOf("2026-07-01T09:00:00Z")).toBe("10:00");
    expect(timeOf("2026-11-24T09:00:00Z")).toBe("09:00");
    // Late in the evening in summer it is the next day there already.
    expect(dayOf("2026-06-30T23:30:00Z")).toBe("2026-07-01");
    expect(fromTo("2026-11-24T10:00:00Z", 90)).toBe("10:00 to 11:30");
    expect(dayInWords("2026-11-24")).toBe("Tuesday 24 November");
  });

  it("steps over the ends of months and years", () => {
    expect(plusDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(plusDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(plusMonths("2026-12-31", 1)).toBe("2027-01-01");
    expect(plusMonths("2026-01-15", -1)).toBe("2025-12-01");
  });

  it("lays a month out in weeks from Monday", () => {
    const weeks = weeksOf("2026-11-24");
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.at(-1)?.[6]).toBe("2026-12-06");
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    expect(weeksOf("2027-02-01")).toHaveLength(4);
  });

  it("says a span of days and a length shortly", () => {
    expect(daysInWords("2026-11-16", "2026-11-22")).toBe("16 to 22 November 2026");
    expect(daysInWords("2026-11-30", "2026-12-06")).toBe("30 November 2026 to 6 December 2026");
    expect(daysInWords("2026-11-30", "2026-11-30")).toBe("30 November 2026");
    expect([lengthInWords(90), lengthInWords(60), lengthInWords(45)]).toEqual(["1 h 30 min", "1 h", "45 min"]);
  });
});
