/** What an editor does to a checklist keeps it whole: nothing points to what is gone or to an old name. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Definition } from "../questions/definition";
import {
  addInside,
  addQuestion,
  addSection,
  changeType,
  duplicate,
  freeCode,
  move,
  moveTo,
  remove,
  removeChoice,
  renameChoice,
  renameQuestion,
  takenCodes,
} from "./editing";
import { codesWithin, everyQuestion, everyUse, questionAt, stands, usesOf } from "./places";
import { checklist, checklists, placesIn, question, section } from "./some-checklists";

function codes(definition: Definition): string[] {
  return everyQuestion(definition).map((each) => each.question.code);
}

/** Names that rules use and that no question has. */
function dangling(definition: Definition): string[] {
  const known = new Set(codes(definition));
  return everyUse(definition)
    .map((use) => use.condition.question)
    .filter((code) => !known.has(code));
}

const rear = question("E2", "pass_fail", { relevant: { question: "E1", op: "is", value: "yes" } });
const doors = checklist(
  section("E", [
    question("E1", "yes_no"),
    rear,
    question("E3", "pass_fail", { required_when: { question: "E2", op: "is", value: "fail" } }),
  ]),
  section("F", [question("F1", "many_of", { choices: [] })]),
);

describe("moving", () => {
  it("swaps with the neighbour and says where it stands now", () => {
    const moved = move(doors, [0, 1], -1);
    expect(codes(moved.definition)).toEqual(["E2", "E1", "E3", "F1"]);
    expect(moved.at).toEqual([0, 0]);
  });

  it("goes on into the next section at the edge, and back", () => {
    const down = move(doors, [0, 2], 1);
    expect(down.at).toEqual([1, 0]);
    expect(down.definition.sections.map((each) => each.questions.length)).toEqual([2, 2]);
    expect(move(down.definition, down.at, -1)).toEqual({ definition: doors, at: [0, 2] });
  });

  it("leaves everything as it is where there is nowhere to go", () => {
    expect(move(doors, [0, 0], -1).definition).toBe(doors);
    expect(move(doors, [1], 1).definition).toBe(doors);
    expect(move(doors, [], 1).definition).toBe(doors);
  });

  it("takes a question to the end of another section", () => {
    const moved = moveTo(doors, [0, 0], [1, 1]);
    expect(codes(moved.definition)).toEqual(["E2", "E3", "F1", "E1"]);
    expect(questionAt(moved.definition, moved.at)?.code).toBe("E1");
  });

  it("loses and invents nothing, and follows what was moved, whatever is moved", () => {
    fc.assert(
      fc.property(placesIn, fc.constantFrom(1 as const, -1 as const), ({ definition, at }, by) => {
        const moved = move(definition, at, by);
        expect(codes(moved.definition).sort()).toEqual(codes(definition).sort());
        expect(codesWithin(moved.definition, moved.at)).toEqual(codesWithin(definition, at));
        const back = move(moved.definition, moved.at, by === 1 ? -1 : 1);
        if (moved.definition !== definition) expect(back).toEqual({ definition, at });
      }),
    );
  });
});

describe("renaming", () => {
  it("takes every rule along", () => {
    const renamed = renameQuestion(doors, [0, 1], "E2_rear");
    expect(questionAt(renamed, [0, 2])?.required_when).toEqual({ question: "E2_rear", op: "is", value: "fail" });
    expect(renameQuestion(renamed, [0, 1], "E2")).toEqual(doors);
  });

  it.each(["E1", "F", "2nd", "", "with space", "é"])("refuses %o: it is taken or no code", (code) => {
    expect(renameQuestion(doors, [0, 1], code)).toBe(doors);
  });

  it("leaves no rule with the old name, whatever is renamed", () => {
    fc.assert(
      fc.property(placesIn, ({ definition, at }) => {
        const before = questionAt(definition, at);
        const renamed = renameQuestion(definition, at, "Quite_new");
        expect(dangling(renamed)).toEqual([]);
        if (before) expect(renameQuestion(renamed, at, before.code)).toEqual(definition);
        else expect(renamed).toBe(definition);
      }),
    );
  });

  it("takes rules and the offered defect along when an answer gets another code", () => {
    const list = checklist(
      section("A", [
        question("A1", "one_of", { defect: { category: "GR-OFF", when: ["b"] } }),
        question("A2", "text", { relevant: { question: "A1", op: "is", value: "b" } }),
        question("A3", "text", { relevant: { question: "A2", op: "is", value: "b" } }),
      ]),
    );
    const renamed = renameChoice(list, [0, 0], 1, "bad");
    expect(questionAt(renamed, [0, 0])?.defect?.when).toEqual(["bad"]);
    expect(questionAt(renamed, [0, 1])?.relevant).toEqual({ question: "A1", op: "is", value: "bad" });
    expect(questionAt(renamed, [0, 2])?.relevant).toEqual({ question: "A2", op: "is", value: "b" });
    expect(renameChoice(list, [0, 0], 1, "a")).toBe(list);
  });
});

describe("copying", () => {
  it("gives the copy codes of its own, and lets its rules about itself follow", () => {
    const inner = question("G1_2", "text", { relevant: { question: "G1_1", op: "is", value: "fail" } });
    const list = checklist(
      section("G", [question("G1", "repeat", { questions: [question("G1_1", "pass_fail"), inner] })]),
    );
    const copied = duplicate(list, [0, 0]);
    expect(copied.at).toEqual([0, 1]);
    const copy = questionAt(copied.definition, [0, 1]);
    expect(copy?.code).toBe("G2");
    expect(copy?.questions[1]?.relevant).toEqual({ question: copy?.questions[0]?.code, op: "is", value: "fail" });
    expect(questionAt(copied.definition, [0, 0])).toEqual(questionAt(list, [0, 0]));
  });

  it("never gives a code twice, and leaves the original alone", () => {
    fc.assert(
      fc.property(placesIn, ({ definition, at }) => {
        const copied = duplicate(definition, at);
        const all = codes(copied.definition);
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(codes(definition).length + codesWithin(definition, at).size);
        expect(dangling(copied.definition)).toEqual([]);
        expect(remove(copied.definition, copied.at).definition).toEqual(definition);
      }),
    );
  });
});

describe("taking away", () => {
  it("names who refers to it, and takes those conditions out", () => {
    expect(usesOf(doors, [0, 0]).map((use) => [use.label, use.field])).toEqual([["Question E2", "relevant"]]);
    const rest = remove(doors, [0, 0]);
    expect(questionAt(rest.definition, [0, 0])?.relevant).toBeNull();
    expect(rest.at).toEqual([0]);
  });

  it("keeps the rest of a rule", () => {
    const both = question("A3", "text", {
      relevant: { all: [{ question: "A1", op: "answered" }, { not: { question: "A2", op: "answered" } }] },
    });
    const list = checklist(section("A", [question("A1", "text"), question("A2", "text"), both]));
    expect(questionAt(remove(list, [0, 1]).definition, [0, 1])?.relevant).toEqual({ question: "A1", op: "answered" });
  });

  it("leaves nothing that points to what is gone", () => {
    fc.assert(
      fc.property(placesIn, ({ definition, at }) => {
        const gone = codesWithin(definition, at);
        const rest = remove(definition, at);
        expect(dangling(rest.definition)).toEqual([]);
        expect(codes(rest.definition)).toEqual(codes(definition).filter((code) => !gone.has(code)));
        expect(stands(rest.definition, rest.at)).toBe(true);
      }),
    );
  });

  it("takes rules about an answer along when the answer goes", () => {
    const list = checklist(
      section("A", [
        question("A1", "many_of", { defect: { category: "GR-OFF", when: ["a", "b"] } }),
        question("A2", "text", { relevant: { question: "A1", op: "includes", value: "a" } }),
      ]),
    );
    const rest = removeChoice(list, [0, 0], 0);
    expect(questionAt(rest, [0, 1])?.relevant).toBeNull();
    expect(questionAt(rest, [0, 0])?.defect?.when).toEqual(["b"]);
  });
});

describe("adding", () => {
  it("goes on counting where the section stands", () => {
    const added = addQuestion(doors, [0, 1], "count");
    expect(added.at).toEqual([0, 2]);
    expect(questionAt(added.definition, added.at)?.code).toBe("E4");
    expect(addSection(doors, [0]).at).toEqual([1]);
    expect(addSection(doors, []).definition.sections.at(-1)?.code).toBe("A");
  });

  it("puts questions into a set, not into anything else", () => {
    const list = checklist(section("B", [question("B3", "assets"), question("B4", "text")]));
    const added = addInside(list, [0, 0], "pass_fail");
    expect(questionAt(added.definition, [0, 0, 0])?.code).toBe("B3_1");
    const another = addInside(added.definition, [0, 0], "text");
    expect(questionAt(another.definition, another.at)?.code).toBe("B3_2");
    expect(addInside(list, [0], "text").definition).toBe(list);
  });

  it("finds a free code for anything", () => {
    fc.assert(
      fc.property(checklists, fc.constantFrom("A1", "A", "B2_1", "gate", "x9"), (definition, wanted) => {
        const taken = takenCodes(definition);
        const code = freeCode(taken, wanted);
        expect(taken.has(code)).toBe(false);
        expect(code).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      }),
    );
  });
});

describe("another type", () => {
  it("keeps the words and the answers that both have", () => {
    const list = checklist(section("A", [question("A1", "one_of", { help: "Look twice" })]));
    const many = questionAt(changeType(list, [0, 0], "many_of"), [0, 0]);
    expect(many?.choices).toEqual(questionAt(list, [0, 0])?.choices);
    expect(many?.help).toBe("Look twice");
    expect(questionAt(changeType(list, [0, 0], "text"), [0, 0])?.choices).toEqual([]);
  });

  it("takes the questions of a set along only into a set, and rules with them", () => {
    const list = checklist(
      section("A", [
        question("A1", "repeat", { questions: [question("A1_1", "pass_fail")] }),
        question("A2", "text", { relevant: { question: "A1_1", op: "is", value: "fail" } }),
      ]),
    );
    expect(codes(changeType(list, [0, 0], "assets"))).toEqual(["A1", "A1_1", "A2"]);
    const flat = changeType(list, [0, 0], "text");
    expect(codes(flat)).toEqual(["A1", "A2"]);
    expect(dangling(flat)).toEqual([]);
  });
});
