/** Where something stands in a checklist, and who refers to whom. Pure. */
import type { Definition, Question, Rule, Section } from "../questions/definition";

/** [section], [section, question], or [section, question, question asked of each]. Empty: the checklist itself. */
export type At = readonly number[];

export function sectionAt(definition: Definition, at: At): Section | null {
  return definition.sections[at[0] ?? -1] ?? null;
}

/** The question at a place; null where a section stands there, or nothing. */
export function questionAt(definition: Definition, at: At): Question | null {
  if (at.length < 2) return null;
  const outer = sectionAt(definition, at)?.questions[at[1] ?? -1] ?? null;
  return at.length === 2 ? outer : (outer?.questions[at[2] ?? -1] ?? null);
}

/** Whether something stands there: the place in an old link may be gone. */
export function stands(definition: Definition, at: At): boolean {
  if (at.length === 0) return true;
  return at.length === 1 ? sectionAt(definition, at) !== null : questionAt(definition, at) !== null;
}

export function atOf(text: string | null): At {
  if (!text) return [];
  const numbers = text.split(".").map(Number);
  return numbers.length <= 3 && numbers.every((one) => Number.isInteger(one) && one >= 0) ? numbers : [];
}

export function sameAt(one: At, other: At): boolean {
  return one.length === other.length && one.every((step, depth) => step === other[depth]);
}

export interface Placed {
  at: At;
  question: Question;
}

/** Every question with its place, in the order in which they are asked. */
export function everyQuestion(definition: Definition): Placed[] {
  return definition.sections.flatMap((section, s) =>
    section.questions.flatMap((question, q) => [
      { at: [s, q], question },
      ...question.questions.map((inner, i) => ({ at: [s, q, i], question: inner })),
    ]),
  );
}

export function questionsByCode(definition: Definition): Map<string, Question> {
  return new Map(everyQuestion(definition).map(({ question }) => [question.code, question]));
}

/** The next place in the order of reading: sections too. `by` is 1 or -1; null at the ends. */
export function beside(definition: Definition, at: At, by: 1 | -1): At | null {
  const all: At[] = [[]];
  definition.sections.forEach((section, s) => {
    all.push([s]);
    section.questions.forEach((question, q) => {
      all.push([s, q]);
      question.questions.forEach((_, i) => {
        all.push([s, q, i]);
      });
    });
  });
  const here = all.findIndex((each) => sameAt(each, at));
  return here < 0 ? null : (all[here + by] ?? null);
}

/** A rule with each of its conditions changed; a condition that becomes null is taken out. */
export function mapRule(rule: Rule | null, change: (condition: Condition) => Rule | null): Rule | null {
  if (rule === null) return null;
  if ("all" in rule) return many(rule.all, change, (all) => ({ all }));
  if ("any" in rule) return many(rule.any, change, (any) => ({ any }));
  if ("not" in rule) {
    const inner = mapRule(rule.not, change);
    return inner && { not: inner };
  }
  return change(rule);
}

function many(
  rules: readonly Rule[],
  change: (condition: Condition) => Rule | null,
  group: (rules: Rule[]) => Rule,
): Rule | null {
  const kept = rules.map((rule) => mapRule(rule, change)).filter((rule) => rule !== null);
  // A group that was empty before says something; one that lost all it had says nothing any more.
  if (kept.length === 0 && rules.length > 0) return null;
  return kept.length === 1 && rules.length > 1 ? (kept[0] ?? null) : group(kept);
}

export type Condition = Extract<Rule, { question: string }>;

/** Every condition of a rule, however deep. */
export function conditionsOf(rule: Rule | null): Condition[] {
  if (rule === null) return [];
  if ("all" in rule) return rule.all.flatMap(conditionsOf);
  if ("any" in rule) return rule.any.flatMap(conditionsOf);
  if ("not" in rule) return conditionsOf(rule.not);
  return [rule];
}

export type RuleField = "relevant" | "required_when" | "constraint" | "choice";

/** One rule that refers to something. */
export interface Use {
  at: At;
  /** Whose rule it is: the question's label, or the section's title. */
  label: string;
  field: RuleField;
  condition: Condition;
}

function usesIn(rule: Rule | null, at: At, label: string, field: RuleField): Use[] {
  return conditionsOf(rule).map((condition) => ({ at, label, field, condition }));
}

/** Every condition of the checklist with the place whose rule it is of. */
export function everyUse(definition: Definition): Use[] {
  const ofSections = definition.sections.flatMap((section, s) =>
    usesIn(section.relevant, [s], section.title, "relevant"),
  );
  const ofQuestions = everyQuestion(definition).flatMap(({ at, question }) => [
    ...usesIn(question.relevant, at, question.label, "relevant"),
    ...usesIn(question.required_when, at, question.label, "required_when"),
    ...usesIn(question.constraint, at, question.label, "constraint"),
    ...question.choices.flatMap((choice) => usesIn(choice.when, at, question.label, "choice")),
  ]);
  return [...ofSections, ...ofQuestions];
}

/** Codes of the questions that stand at a place or within it. */
export function codesWithin(definition: Definition, at: At): Set<string> {
  return new Set(
    everyQuestion(definition)
      .filter((placed) => at.every((step, depth) => placed.at[depth] === step))
      .map(({ question }) => question.code),
  );
}

function isWithin(at: At, outer: At): boolean {
  return outer.every((step, depth) => at[depth] === step);
}

/** Rules outside of a place that refer to a question in it: what its removal would touch. */
export function usesOf(definition: Definition, at: At): Use[] {
  const codes = codesWithin(definition, at);
  return everyUse(definition).filter((use) => codes.has(use.condition.question) && !isWithin(use.at, at));
}

/** Rules that refer to one choice of a question. */
export function usesOfChoice(definition: Definition, question: string, choice: string): Use[] {
  return everyUse(definition).filter(
    ({ condition }) => condition.question === question && "value" in condition && condition.value === choice,
  );
}
