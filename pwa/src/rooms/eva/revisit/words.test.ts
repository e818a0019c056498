import { describe, expect, it } from "vitest";
import { counted, longDay } from "../../../ui";
import { dueOnInWords, gradeStatus, monthInWords, percentInWords } from "./words";

describe("the words of a re-visit", () => {
  it("says how late it is, or by when", () => {
    expect(dueOnInWords({ due_on: "2026-05-26", days_late: 12 }, "2026-06-07")).toBe("12 days late");
    expect(dueOnInWords({ due_on: "2026-05-26", days_late: 1 }, "2026-05-27")).toBe("1 day late");
    expect(dueOnInWords({ due_on: "2026-05-26", days_late: 0 }, "2026-05-26")).toBe("Due today");
    expect(dueOnInWords({ due_on: "2026-05-26", days_late: 0 }, "2026-05-01")).toBe("By 26 May 2026");
  });

  it("names days as the council's calendar has them", () => {
    expect(longDay("2026-03-31")).toBe("31 March 2026");
    expect(longDay("2026-03-31T23:30:00Z")).toBe("1 April 2026");
    expect(monthInWords("2026-03-31")).toBe("Mar 2026");
  });

  it("has a word and an icon for each grade, also for none", () => {
    expect(gradeStatus("red").word).toBe("Red");
    expect(gradeStatus(null)).toEqual({ tone: "idle", icon: "open", word: "Not graded" });
    expect(percentInWords(62.6)).toBe("63%");
    expect(percentInWords(null)).toBe("");
    expect(counted(1, "thing", "things")).toBe("1 thing");
  });
});
