/** Checklists of every shape, for the tests of what edits them. */
import * as fc from "fast-check";
import type { Definition, Question, QuestionType, Rule, Section } from "../questions/definition";
import { choicesOf, QUESTION_TYPES } from "../questions/definition";
import { firstCondition, opsFor, withOp } from "./conditions";
import { blankQuestion, blankSection } from "./editing";
import { everyQuestion } from "./places";

export function question(code: string, type: QuestionType, more: Partial<Question> = {}): Question {
  return { ...blankQuestion(code, type), label: `Question ${code}`, ...more };
}

export function section(code: string, questions: Question[], more: Partial<Section> = {}): Section {
  return { ...blankSection(code), title: `Section ${code}`, questions, ...more };
}

export function checklist(...sections: Section[]): Definition {
  return { title: "Trial", purpose: "", kind: "other", sections, grading: { green_from: 80, amber_from: 50 } };
}

const type = fc.constantFrom(...QUESTION_TYPES);
const simpleType = fc.constantFrom(...QUESTION_TYPES.filter((each) => each !== "repeat" && each !== "assets"));

/** Shapes first: how many sections, which questions, how many inside. Codes follow from the places. */
const shapes = fc.array(
  fc.array(fc.record({ type, inside: fc.array(simpleType, { maxLength: 2 }) }), { maxLength: 4 }),
  { minLength: 1, maxLength: 4 },
);

function bare(shape: { type: QuestionType; inside: QuestionType[] }[][]): Definition {
  return checklist(
    ...shape.map((asked, s) =>
      section(
        String.fromCharCode(65 + s),
        asked.map((each, q) => {
          const code = `${String.fromCharCode(65 + s)}${q + 1}`;
          const group = each.type === "repeat" || each.type === "assets";
          const questions = group ? each.inside.map((inner, i) => question(`${code}_${i + 1}`, inner)) : [];
          return question(code, each.type, { questions });
        }),
      ),
    ),
  );
}

/** A rule about any of these questions. */
function ruleAbout(questions: readonly Question[]): fc.Arbitrary<Rule> {
  const condition: fc.Arbitrary<Rule> = fc
    .tuple(fc.constantFrom(...questions), fc.nat(7), fc.nat(6))
    .map(([about, op, value]) => {
      const ops = opsFor(about);
      const made = withOp(firstCondition(about), about, ops[op % ops.length] ?? "answered");
      const codes = choicesOf(about).map((choice) => choice.code);
      return "value" in made && codes.length ? { ...made, value: codes[value % codes.length] ?? "" } : made;
    });
  return fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      condition,
      fc.array(tie("rule"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie("rule"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie("rule").map((not) => ({ not })),
    ),
  })).rule;
}

/** Any checklist, its rules about any of its questions: sensible or not. */
export const checklists: fc.Arbitrary<Definition> = shapes.map(bare).chain((definition) => {
  const questions = everyQuestion(definition).map((each) => each.question);
  if (questions.length === 0) return fc.constant(definition);
  const maybe = fc.option(ruleAbout(questions), { nil: null, freq: 2 });
  const rules = fc.array(maybe, { minLength: questions.length * 4, maxLength: questions.length * 4 });
  return fc.tuple(rules, fc.array(maybe, { minLength: 4, maxLength: 4 })).map(([own, ofSections]) => {
    let next = 0;
    const take = () => own[next++] ?? null;
    const ruled = (each: Question): Question => ({
      ...each,
      relevant: take(),
      required_when: take(),
      constraint: take(),
      choices: each.choices.map((choice, index) => (index === 0 ? { ...choice, when: take() } : choice)),
      questions: each.questions.map(ruled),
    });
    return {
      ...definition,
      sections: definition.sections.map((each, s) => ({
        ...each,
        relevant: ofSections[s] ?? null,
        questions: each.questions.map(ruled),
      })),
    };
  });
});

/** A checklist and the place of something in it. */
export const placesIn: fc.Arbitrary<{ definition: Definition; at: number[] }> = checklists.chain((definition) => {
  const places = [...definition.sections.map((_, s) => [s]), ...everyQuestion(definition).map((each) => [...each.at])];
  return fc.record({ definition: fc.constant(definition), at: fc.constantFrom(...places) });
});

/** A checklist and a rule about its questions. */
export const rulesIn: fc.Arbitrary<{ definition: Definition; rule: Rule }> = shapes
  .map(bare)
  .filter((definition) => everyQuestion(definition).length > 0)
  .chain((definition) =>
    fc.record({
      definition: fc.constant(definition),
      rule: ruleAbout(everyQuestion(definition).map((each) => each.question)),
    }),
  );
