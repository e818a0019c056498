/** The server's table of cases: what it makes of a checklist and its answers, the phone makes too. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answers, type Definition, isUnanswered, keyOf, type Question, type Value } from "./definition";
import { Asking, faultsOfValue, offeredDefect } from "./rules";
import { type Result, result } from "./scoring";

interface Case {
  story: string;
  answers: Record<string, Value>;
  defects: number[];
  relevant: string[];
  missing: string[];
  result: Result;
}
interface Table {
  content: Definition;
  cases: Case[];
}

const file = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../../tests/checklists/cases/${name}.json`, import.meta.url), "utf8"));
const TABLES: Record<string, Table> = { groups: file("groups"), street: file("street") };
const STORIES = Object.entries(TABLES).flatMap(([name, table]) => table.cases.map((each) => ({ name, ...each })));

const tableOf = (name: string): Table => {
  const table = TABLES[name];
  if (!table) throw new Error(`there is no table ${name}`);
  return table;
};
const answersOf = (answers: Record<string, Value>): Answers => new Map(Object.entries(answers));
const questionsOf = (name: string) => new Asking(tableOf(name).content, new Map()).questions;

describe("the server's cases", () => {
  it.each(STORIES)("$name: $story", ({ name, answers, defects, relevant, missing, result: wanted }) => {
    const asking = new Asking(tableOf(name).content, answersOf(answers));
    expect([...asking.asked].sort()).toEqual(relevant);
    expect(asking.missing().map(({ question, instance }) => keyOf(question.code, instance))).toEqual(missing);
    expect(result(tableOf(name).content, answersOf(answers), defects)).toEqual(wanted);
  });

  it("says of each answer what is wrong with it, in the server's words", () => {
    const questions = new Map([...questionsOf("street"), ...questionsOf("groups")]);
    const told: { question: string; value: Value; faults: string[] }[] = file("values").cases;
    for (const { question, value, faults } of told) {
      const asked = questions.get(question);
      expect(asked && faultsOfValue(asked, value), `${question} ${JSON.stringify(value).slice(0, 60)}`).toEqual(faults);
    }
  });
});

describe("a draft that has faults", () => {
  const ask = (code: string, of: string): Question => ({
    ...(tableOf("street").content.sections[0]?.questions[0] as Question),
    code,
    relevant: { question: of, op: "is_not", value: "fail" },
  });
  const draft = (...questions: Question[]): Definition => ({
    ...tableOf("street").content,
    sections: [{ code: "S", title: "S", help: "", relevant: null, scored: true, questions }],
  });

  it("ends where rules run in a circle: the one that closes it is decided first", () => {
    const asking = new Asking(draft(ask("a", "b"), ask("b", "c"), ask("c", "a")), new Map([["c", "fail"]]));
    expect([...asking.asked].sort()).toEqual(["a", "c"]);
  });

  it("takes a question that isn't there for one that nobody answered, and the first of two with one code", () => {
    const asking = new Asking(draft(ask("a", "gone"), ask("a", "a")), new Map());
    expect([...asking.asked]).toEqual(["a"]);
  });

  it("reads a chain as long as the longest checklist", () => {
    const chain = Array.from({ length: 2000 }, (_, number) => ask(`q${number}`, `q${number + 1}`));
    expect(new Asking(draft(...chain), new Map()).asked.size).toBe(2000);
  });
});

describe("the defect that an answer offers", () => {
  const question = (type: Question["type"], when: string[]): Question => ({
    ...(tableOf("street").content.sections[0]?.questions[0] as Question),
    type,
    defect: { category: "FN-DAM", when },
  });

  it("is offered for the answers that are named, or for any but 0", () => {
    expect(offeredDefect(question("pass_fail", ["fail"]), "fail")).toBe("FN-DAM");
    expect(offeredDefect(question("pass_fail", ["fail"]), "pass")).toBeNull();
    expect(offeredDefect(question("many_of", ["b", "c"]), ["a", "c"])).toBe("FN-DAM");
    expect(offeredDefect(question("scale", ["1", "2"]), 2)).toBe("FN-DAM");
    expect(offeredDefect(question("count", []), 3)).toBe("FN-DAM");
    expect(offeredDefect(question("count", []), 0)).toBeNull();
    expect(offeredDefect(question("pin", []), [])).toBeNull();
    expect(offeredDefect(question("count", []), null)).toBeNull();
  });
});

describe("any answers at all", () => {
  const values = fc.oneof(
    fc.constantFrom<Value>("pass", "fail", "na", "yes", "no", "A", "B-", "D", "x", null, ""),
    fc.integer({ min: 0, max: 5 }),
    fc.constantFrom<Value>(["drink"], [], ["none", "drugs"]),
  );
  const answers = (name: string) => {
    const questions = [...questionsOf(name).values()];
    const key = fc.tuple(fc.constantFrom(...questions), fc.constantFrom("", "a", "b"));
    return fc.array(fc.tuple(key, values), { maxLength: 40 }).map((given) =>
      given
        .map(([[question, instance], value]): [string, Value] => {
          const group = question.type === "repeat" || question.type === "assets";
          return [keyOf(question.code, instance), group && value ? { label: instance, asset_id: null } : value];
        })
        .filter(([key, value]) => {
          const asked = questionsOf(name).get(key.split("/")[0] ?? "");
          return asked !== undefined && faultsOfValue(asked, value).length === 0;
        }),
    );
  };

  it.each(["groups", "street"])("%s: a result doesn't depend on their order", (name) => {
    fc.assert(
      fc.property(answers(name), (given) => {
        const once = [...new Map(given)];
        const { content } = tableOf(name);
        expect(result(content, new Map([...once].reverse()))).toEqual(result(content, new Map(once)));
      }),
    );
  });

  it.each(["groups", "street"])("%s: one that was taken back is none", (name) => {
    fc.assert(
      fc.property(answers(name), (given) => {
        const all = new Map(given);
        const kept = new Map([...all].filter(([key, value]) => !isEmpty(name, key, value)));
        const { content } = tableOf(name);
        expect(result(content, all)).toEqual(result(content, kept));
        expect([...new Asking(content, all).asked]).toEqual([...new Asking(content, kept).asked]);
      }),
    );
  });

  const isEmpty = (name: string, key: string, value: Value) => {
    const asked = questionsOf(name).get(key.split("/")[0] ?? "");
    return asked !== undefined && isUnanswered(asked, value);
  };
});
