import { describe, expect, it } from "vitest";
import { counted } from "../../../ui";
import type { Action } from "./shapes";
import { dueOnInWords, lacksInWords, sourceInWords, upkeepInWords } from "./words";

describe("when an action is due", () => {
  const today = "2026-03-28";
  it.each([
    ["2026-03-28", "today"],
    ["2026-03-29", "tomorrow"],
    // The night in which the clocks change is one day as any other.
    ["2026-03-30", "in 2 days"],
    ["2026-04-25", "in 28 days"],
    ["2026-04-26", "26 April 2026"],
    ["2026-03-27", "1 day late"],
    ["2026-03-01", "27 days late"],
  ])("%s is %s", (day, words) => {
    expect(dueOnInWords(day, today)).toBe(words);
  });
});

describe("upkeep of what is built", () => {
  const built = { builds: true, maintenance_owner: "", maintenance_years: null, no_maintenance_reason: "" } as Action;
  it("is told with its owner and its years", () => {
    const kept = { ...built, maintenance_owner: "Housing", maintenance_years: 10 };
    expect(upkeepInWords(kept)).toBe("Kept up by Housing for 10 years");
    expect(upkeepInWords({ ...kept, maintenance_years: 1 })).toBe("Kept up by Housing for 1 year");
  });
  it("or with the reason why there is none", () => {
    const reason = "It is taken down in May";
    expect(upkeepInWords({ ...built, no_maintenance_reason: reason })).toBe(`No upkeep planned: ${reason}`);
  });
  it("says nothing where nobody said anything, or nothing is built", () => {
    expect(upkeepInWords(built)).toBe("");
    expect(upkeepInWords({ ...built, builds: false, maintenance_owner: "Housing", maintenance_years: 3 })).toBe("");
  });
});

describe("what an action comes from", () => {
  it.each([
    ["defect", "D-0042: dumped waste, Oak Road", "Dumped waste, Oak Road", "D-0042"],
    ["defect", "D-0042: dumped waste, Oak Road", "Clear the yard", "D-0042: dumped waste, Oak Road"],
    ["answer", "Shrubs below 1 m: fail", "Shrubs below 1 m", "the answer “fail”"],
    ["answer", "Shrubs below 1 m: fail", "Cut the laurel", "Shrubs below 1 m: fail"],
    ["concern", "The path is dark", "The path is dark", ""],
    ["free", "", "More bins", ""],
  ] as const)("%s: %s", (source, source_words, title, words) => {
    expect(sourceInWords({ source, source_words, title })).toBe(words);
  });
});

describe("what an action lacks", () => {
  it("is one sentence", () => {
    expect(lacksInWords([])).toBe("");
    expect(lacksInWords(["An owner"])).toBe("Still needs an owner");
    expect(lacksInWords(["An owner", "A due day"])).toBe("Still needs an owner and a due day");
    expect(lacksInWords(["Who keeps it up and for how long, or why nobody does"])).toBe(
      "Still needs word of who keeps it up and for how long, or why nobody does",
    );
  });
});

it("counts in words", () => {
  expect([counted(1, "action"), counted(1200, "action")]).toEqual(["1 action", "1,200 actions"]);
});
