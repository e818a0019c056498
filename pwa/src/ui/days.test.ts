import { describe, expect, it } from "vitest";
import { counted } from "./counted";
import { longDay } from "./days";

describe("a day in words", () => {
  it.each([
    ["2026-05-26", "26 May 2026"],
    // Half past midnight on the council's clocks.
    ["2026-03-31T23:30:00Z", "1 April 2026"],
    ["no day", ""],
  ])("%s", (day, words) => expect(longDay(day)).toBe(words));
});

it.each([
  [0, "0 actions"],
  [1, "1 action"],
  [1204, "1,204 actions"],
])("%s is counted in words", (count, words) => expect(counted(count, "action")).toBe(words));
