import { describe, expect, it } from "vitest";
import type { Answers, Definition } from "../questions/definition";
import { Asking } from "../questions/rules";
import { type Asked, askedOf, nextOf, offeredDefect, openPairs, progressOf } from "./asked";
import { definition, question, section } from "./cast";

const DOORS = definition(
  section("front", [
    question("front", { type: "assets", asset_kind: "door_front", questions: [question("front_closes")] }),
  ]),
  section("rear", [
    question("rear", { type: "assets", asset_kind: "door_rear", questions: [question("rear_closes")] }),
  ]),
);

const ESTATE = definition(
  section("a", [
    question("bins", { required: true, defect: { category: "litter", when: ["fail"] } }),
    question("which", { type: "many_of", relevant: { question: "bins", op: "is", value: "fail" } }),
  ]),
  section("b", [question("lights"), question("signs")]),
);

function read(content: Definition, answers: Answers): Asked[] {
  return askedOf(new Asking(content, answers), answers);
}

const ANYTHING = { sections: null, later: new Set<string>(), from: null };

describe("what is asked next", () => {
  it("is the first that nobody answered, and what an answer brings up comes right after it", () => {
    expect(nextOf(read(ESTATE, new Map()), ANYTHING)?.key).toBe("bins");
    expect(nextOf(read(ESTATE, new Map([["bins", "fail"]])), ANYTHING)?.key).toBe("which");
    expect(nextOf(read(ESTATE, new Map([["bins", "pass"]])), ANYTHING)?.key).toBe("lights");
  });
  it("goes on from where the person is, and comes back for what was left out", () => {
    const asked = read(ESTATE, new Map([["lights", "pass"]]));
    expect(nextOf(asked, { ...ANYTHING, from: "lights" })?.key).toBe("signs");
    expect(nextOf(asked, { ...ANYTHING, from: "signs" })?.key).toBe("bins");
  });
  it("leaves what was put off to the end, and asks it then", () => {
    const asked = read(ESTATE, new Map([["signs", "pass"]]));
    expect(nextOf(asked, { ...ANYTHING, later: new Set(["bins"]) })?.key).toBe("lights");
    expect(nextOf(asked, { ...ANYTHING, later: new Set(["bins", "lights"]) })?.key).toBe("bins");
  });
  it("stays in the sections that a person took", () => {
    expect(nextOf(read(ESTATE, new Map()), { ...ANYTHING, sections: ["b"] })?.key).toBe("lights");
  });
  it("is nothing when all is answered", () => {
    const all = new Map([
      ["bins", "pass"],
      ["lights", "pass"],
      ["signs", "na"],
    ]);
    expect(nextOf(read(ESTATE, all), ANYTHING)).toBeNull();
  });
});

describe("how far it is", () => {
  it("counts what is asked, and what has to be answered", () => {
    const asked = read(ESTATE, new Map([["lights", "pass"]]));
    expect(progressOf(ESTATE, asked).map(({ section: { code }, ...how }) => ({ code, ...how }))).toEqual([
      { code: "a", answered: 0, asked: 1, missing: 1 },
      { code: "b", answered: 1, asked: 2, missing: 0 },
    ]);
  });
});

describe("an answer that tells of a defect", () => {
  it("offers its category, and another answer doesn't", () => {
    const [bins] = ESTATE.sections[0]?.questions ?? [];
    if (!bins) throw new Error("no question");
    expect(offeredDefect(bins, "fail")).toBe("litter");
    expect(offeredDefect(bins, "pass")).toBeNull();
    expect(offeredDefect(bins, null)).toBeNull();
  });
});

describe("front and rear door", () => {
  const front = (...labels: string[]): [string, { label: string; asset_id: null }][] =>
    labels.map((label, index) => [`front/${index}`, { label, asset_id: null }]);

  it("asks for the rear door of each block whose front door was looked at", () => {
    const answers: Answers = new Map([
      ...front("Block 4", "Block 5"),
      ["rear/9", { label: "block 4 ", asset_id: null }],
    ]);
    const open = openPairs(new Asking(DOORS, answers), answers);
    expect(open.map((pair) => [pair.group.code, pair.label])).toEqual([["rear", "Block 5"]]);
    expect(open[0]?.words).toBe("The rear door of Block 5 has not been looked at yet");
  });
  it("and for the front door where it was the other way round", () => {
    const answers: Answers = new Map([["rear/1", { label: "Block 9", asset_id: null }]]);
    expect(openPairs(new Asking(DOORS, answers), answers).map((pair) => pair.group.code)).toEqual(["front"]);
  });
  it("asks every question of each door", () => {
    const asked = read(DOORS, new Map(front("Block 4", "Block 5")));
    expect(asked.filter((each) => each.group).map((each) => [each.key, each.label])).toEqual([
      ["front_closes/0", "Block 4"],
      ["front_closes/1", "Block 5"],
    ]);
  });
});
