import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditAnswer } from "../../../api/types";
import { at, OMAR, said, WENDY } from "./cast";
import { sameText, standing } from "./standing";

const THIRD = { id: "third", name: "A third" };

function of(...answers: AuditAnswer[]) {
  return standing(answers).get("bins");
}

describe("what counts for one question", () => {
  it("is the newest of one person", () => {
    expect(of(said("1", WENDY, "fail", 1), said("2", WENDY, "pass", 2))).toMatchObject({
      value: "pass",
      differs: false,
    });
  });
  it("is nothing where it was taken back", () => {
    expect(of(said("1", WENDY, "fail", 1), said("2", WENDY, null, 2))).toBeUndefined();
  });
  it("is one answer where two say the same, in whatever order they ticked", () => {
    const found = of(said("1", WENDY, ["a", "b"], 1), said("2", OMAR, ["b", "a"], 2));
    expect(found).toMatchObject({ differs: false, between: [] });
    expect(found?.others).toHaveLength(1);
  });
  it("is open where two differ, and both are shown", () => {
    const found = of(said("1", WENDY, "pass", 1), said("2", OMAR, "fail", 2));
    expect(found).toMatchObject({ differs: true, chosen: false });
    expect(found?.between.map((one) => one.by.name)).toEqual(["Wendy", "Omar"]);
  });
  it("is the later word of whoever had seen the other's", () => {
    const found = of(said("1", WENDY, "pass", 1), said("2", OMAR, "fail", 2, { based_on: "1" }));
    expect(found).toMatchObject({ value: "fail", differs: false });
  });
  it("is what somebody chose, until one of them says something new", () => {
    const chosen = said("1", WENDY, "pass", 1, { chosen: true, chosen_at: at(5) });
    expect(of(chosen, said("2", OMAR, "fail", 2))).toMatchObject({ value: "pass", differs: false, chosen: true });
    expect(of(chosen, said("2", OMAR, "fail", 2), said("3", OMAR, "fail", 9))).toMatchObject({ differs: true });
  });
  it("needs no choice where each adds their own", () => {
    const both = [said("1", WENDY, 2, 1), said("2", OMAR, 3, 2)];
    expect(standing(both, new Set(["bins"])).get("bins")).toMatchObject({ value: 3, differs: false });
  });
  it("is nobody's where two claim to have seen each other first", () => {
    const found = of(said("1", WENDY, "pass", 1, { based_on: "2" }), said("2", OMAR, "fail", 2, { based_on: "1" }));
    expect(found).toMatchObject({ differs: true });
  });
});

const value = fc.constantFrom("pass", "fail", "na", null);
const answers = fc
  .array(
    fc.record({
      by: fc.constantFrom(WENDY, OMAR, THIRD),
      value,
      second: fc.integer({ min: 0, max: 6 }),
      before: fc.integer({ min: -1, max: 9 }),
      chosenAt: fc.option(fc.integer({ min: 0, max: 9 })),
      question: fc.constantFrom("bins", "lights"),
    }),
    { maxLength: 10 },
  )
  .map((drawn) =>
    drawn.map((one, index) =>
      said(`a${index}`, one.by, one.value, one.second, {
        question: one.question,
        based_on: one.before >= 0 ? `a${one.before}` : null,
        chosen: one.chosenAt !== null,
        chosen_at: one.chosenAt === null ? null : at(one.chosenAt),
      }),
    ),
  );

function told(all: readonly AuditAnswer[]) {
  return [...standing(all)]
    .map(([key, one]) => [
      key,
      one.answer.id,
      sameText(one.value),
      one.differs,
      one.chosen,
      one.between.map((each) => each.id),
    ])
    .sort();
}

describe("whatever arrived first", () => {
  it("the same counts", () => {
    fc.assert(
      fc.property(
        answers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(told(shuffled)).toEqual(told(all));
        },
      ),
      { numRuns: 500 },
    );
  });
  it("an answer that was given is never lost: it counts, or stands beside what counts", () => {
    fc.assert(
      fc.property(answers, (all) => {
        for (const one of standing(all).values()) {
          const own = all.filter((each) => each.question === one.answer.question);
          expect(new Set([one.answer, ...one.others])).toEqual(new Set(own));
        }
      }),
    );
  });
});
