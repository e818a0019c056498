import { describe, expect, it } from "vitest";
import { counted } from "../../../ui";
import { datesInWords, dayBeside, resultInWords } from "./words";

const NONE = { same: 0, to_nobody: 0, from_nobody: 0, earlier: 0, later: 0, elsewhere: 0, other_time: 0, otherwise: 0 };

describe("the dates of a route", () => {
  it("tells the last day on which it holds, also over the end of a month and of a year", () => {
    expect(datesInWords({ valid_from: "2026-01-01", valid_until: "2026-03-01" })).toBe(
      "from 1 January 2026 to 28 February 2026",
    );
    expect(datesInWords({ valid_from: "2025-12-31", valid_until: null })).toBe("from 31 December 2025");
    expect(dayBeside("2025-12-31", 1)).toBe("2026-01-01");
  });
  it("does not slip by a day where the clocks change", () => {
    expect(dayBeside("2026-03-29", 1)).toBe("2026-03-30");
    expect(dayBeside("2026-10-25", -1)).toBe("2026-10-24");
  });
});

describe("the result of a trial", () => {
  it("says what would have gone elsewhere and what been due at another time", () => {
    expect(resultInWords({ ...NONE, considered: 20_000, elsewhere: 14, other_time: 230 })).toBe(
      "Of 20,000 reports, 14 would have gone elsewhere and 230 would have been due at another time.",
    );
    expect(resultInWords({ ...NONE, considered: 1, elsewhere: 1 })).toBe("Of 1 report, 1 would have gone elsewhere.");
  });
  it("says so where nothing would have changed, and where nothing came", () => {
    expect(resultInWords({ ...NONE, considered: 5, same: 5 })).toBe(
      "Nothing would have been different for the 5 reports received.",
    );
    expect(resultInWords({ ...NONE, considered: 0 })).toContain("could not be tried");
  });
});

it("counts one thing as one", () => {
  expect([counted(1, "route"), counted(0, "route"), counted(1200, "category", "categories")]).toEqual([
    "1 route",
    "0 routes",
    "1,200 categories",
  ]);
});
