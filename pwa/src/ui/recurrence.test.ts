import { describe, expect, it } from "vitest";
import { cameBackInWords } from "./recurrence";

describe("what came back", () => {
  it.each([
    [2, 1, "Second time here in 1 day"],
    [3, 21, "Third time here in 21 days"],
    [11, 200, "11th time here in 200 days"],
  ])("is counted from the first time: %i in %i days", (times, in_days, words) => {
    expect(cameBackInWords({ times, in_days })).toBe(words);
  });
});
