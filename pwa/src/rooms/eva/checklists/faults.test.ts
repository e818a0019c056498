import { describe, expect, it } from "vitest";
import { faultsWithin, othersAt, placed, wordsAt } from "./faults";

const fault = (path: string, words = path) => placed({ path, code: "bad", words });

describe("a fault", () => {
  it.each<[string, number[], string]>([
    ["title", [], "title"],
    ["sections", [], "sections"],
    ["sections[2].title", [2], "title"],
    ["sections[0].questions[11].choices[3].points", [0, 11], "choices[3].points"],
    ["sections[0].questions[1].questions[2].relevant.all[0].value", [0, 1, 2], "relevant.all[0].value"],
    ["sections[0].questions", [0], "questions"],
    ["sections[0].questions[1].questions[2].questions[0].code", [0, 1, 2], "questions[0].code"],
    ["content", [], "content"],
  ])("%s is brought to its place", (path, at, field) => {
    expect(fault(path)).toMatchObject({ at, field });
  });
});

describe("beside the field it is of", () => {
  const faults = [
    fault("sections[0].questions[1].relevant.all[0].value", "No such answer"),
    fault("sections[0].questions[1].constraint_words", "Too long"),
    fault("sections[0].questions[1].picture", "No such field"),
    fault("sections[1].code", "Taken"),
  ];

  it("stands what is below the field, and nothing that only begins alike", () => {
    expect(wordsAt(faults, [0, 1], "relevant")).toBe("No such answer");
    expect(wordsAt(faults, [0, 1], "constraint")).toBeNull();
    expect(wordsAt(faults, [0, 1], "constraint_words")).toBe("Too long");
    expect(wordsAt(faults, [0], "relevant")).toBeNull();
  });

  it("what no field shows is left over, to be said above", () => {
    expect(othersAt(faults, [0, 1], ["relevant", "constraint_words"]).map((each) => each.words)).toEqual([
      "No such field",
    ]);
  });

  it("is counted where it stands and in all that holds it", () => {
    expect(faultsWithin(faults, [])).toBe(4);
    expect(faultsWithin(faults, [0])).toBe(3);
    expect(faultsWithin(faults, [0, 1])).toBe(3);
    expect(faultsWithin(faults, [1])).toBe(1);
  });
});
