/** A rule put together by choosing says what the rule of the checklist says, there and back. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Definition, Rule, Value } from "../questions/definition";
import { Asking } from "../questions/rules";
import { candidates, firstCondition, groupOf, likeliest, opsFor, ruleOf, valueKind, withOp } from "./conditions";
import { conditionsOf, everyQuestion, questionsByCode } from "./places";
import { checklist, question, rulesIn, section } from "./some-checklists";
import { ruleInWords } from "./words";

/** Whether a rule holds with these answers. */
function holds(definition: Definition, rule: Rule | null, answers: ReadonlyMap<string, Value>): boolean {
  return rule === null || new Asking(definition, answers).holds(rule, "");
}

/** Some answers, right in their kind, that the rule's own values may meet. */
function answersTo(definition: Definition, rule: Rule, pick: readonly boolean[]): Map<string, Value> {
  const answers = new Map<string, Value>();
  conditionsOf(rule).forEach((condition, index) => {
    const about = questionsByCode(definition).get(condition.question);
    if (!about || !pick[index % pick.length]) return;
    const value = condition.value ?? 1;
    answers.set(about.code, about.type === "many_of" ? [String(value)] : value);
  });
  return answers;
}

describe("a group", () => {
  it("comes back as a rule that holds for the same answers", () => {
    fc.assert(
      fc.property(rulesIn, fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), ({ definition, rule }, pick) => {
        const again = ruleOf(groupOf(rule));
        const answers = answersTo(definition, rule, pick);
        expect(holds(definition, again, answers)).toBe(holds(definition, rule, answers));
        expect(ruleOf(groupOf(again))).toEqual(again);
      }),
    );
  });

  it("of nothing is no rule", () => {
    expect(groupOf(null)).toEqual({ how: "all", items: [] });
    expect(ruleOf({ how: "any", items: [] })).toBeNull();
    expect(ruleOf({ how: "all", items: [{ how: "none", items: [] }] })).toBeNull();
  });

  it("says none and not all", () => {
    const one = { question: "A1", op: "answered" } as const;
    expect(ruleOf({ how: "none", items: [one, one] })).toEqual({ not: { any: [one, one] } });
    expect(groupOf({ not: { all: [one, one] } }).how).toBe("not_all");
    expect(groupOf({ not: { not: one } })).toEqual({ how: "any", items: [one] });
  });
});

describe("a condition", () => {
  it("is whole from its beginning, for every question and every op", () => {
    fc.assert(
      fc.property(rulesIn, ({ definition }) => {
        for (const { question: about } of everyQuestion(definition)) {
          for (const op of opsFor(about)) {
            const condition = withOp(firstCondition(about), about, op);
            expect("value" in condition).toBe(op !== "answered");
            if (valueKind(about, op) === "number") expect(typeof condition.value).toBe("number");
          }
        }
      }),
    );
  });

  it("keeps its value where the next op can have it", () => {
    const count = question("A1", "count");
    expect(withOp({ question: "A1", op: "above", value: 7 }, count, "below")).toEqual({
      question: "A1",
      op: "below",
      value: 7,
    });
    expect(withOp({ question: "A1", op: "above", value: 7 }, count, "answered")).toEqual({
      question: "A1",
      op: "answered",
    });
  });
});

describe("what a rule can be about", () => {
  const gates = question("B1", "assets", { questions: [question("B1_1", "pass_fail"), question("B1_2", "text")] });
  const list = checklist(section("A", [question("A1", "text")]), section("B", [gates, question("B2", "text")]));
  const codes = (at: number[], self = false) => candidates(list, at, self).map((each) => each.question.code);

  it("is other questions, not those of each instance and not itself", () => {
    expect(codes([1, 1])).toEqual(["A1", "B1"]);
    expect(codes([1, 1], true)).toEqual(["A1", "B1", "B2"]);
  });

  it("is also the same instance's, from within a set", () => {
    expect(codes([1, 0, 1])).toEqual(["A1", "B1_1", "B2"]);
  });

  it("is another section's, for a section", () => {
    expect(codes([1])).toEqual(["A1"]);
  });

  it("begins with the question before", () => {
    expect(likeliest(list, [1, 1])?.code).toBe("B1");
    expect(likeliest(list, [1, 0, 1])?.code).toBe("B1_1");
    expect(likeliest(list, [0, 0])?.code).toBe("B1");
    expect(likeliest(checklist(section("A", [question("A1", "text")])), [0, 0])).toBeNull();
  });
});

describe("a rule in words", () => {
  const list = checklist(
    section("E", [
      question("E1", "yes_no", { label: "Is there a rear door?" }),
      question("E2", "grade", { label: "Litter" }),
      question("E3", "repeat", { label: "Homes" }),
    ]),
  );
  const words = (rule: Rule) => ruleInWords(rule, questionsByCode(list));

  it.each<[Rule, string]>([
    [{ question: "E1", op: "is", value: "yes" }, "“Is there a rear door?” is Yes"],
    [{ question: "E2", op: "below", value: "B" }, "“Litter” is worse than B"],
    [{ question: "E3", op: "at_least", value: 2 }, "“Homes” has at least 2"],
    [{ question: "E1", op: "answered" }, "“Is there a rear door?” is answered"],
    [{ question: "X9", op: "is", value: "1" }, "a question that is gone (X9) is 1"],
    [
      {
        any: [
          { question: "E1", op: "is", value: "no" },
          { question: "E2", op: "is", value: "D" },
        ],
      },
      "“Is there a rear door?” is No or “Litter” is D",
    ],
    [
      {
        any: [
          { question: "E1", op: "is", value: "no" },
          { question: "E1", op: "is", value: "partly" },
          { question: "E2", op: "is", value: "D" },
        ],
      },
      "“Is there a rear door?” is No or Partly or “Litter” is D",
    ],
    [{ not: { question: "E1", op: "answered" } }, "this does not hold: “Is there a rear door?” is answered"],
  ])("%o", (rule, said) => {
    expect(words(rule)).toBe(said);
  });
});
