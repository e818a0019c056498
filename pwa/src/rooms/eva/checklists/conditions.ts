/**
 * A rule as somebody puts it together: groups of conditions, each "question, how, value". A rule of
 * the checklist becomes such a group and back again without meaning anything else. Pure.
 */
import {
  choicesOf,
  type Definition,
  type Op,
  type Question,
  type QuestionType,
  type Rule,
} from "../questions/definition";
import { type At, type Condition, everyQuestion, type Placed, questionAt, sameAt } from "./places";

export type How = "all" | "any" | "none" | "not_all";

export interface Group {
  how: How;
  items: Item[];
}
export type Item = Group | Condition;

export function isGroup(item: Item): item is Group {
  return "items" in item;
}

/** The group that a rule says. No rule is a group of nothing. */
export function groupOf(rule: Rule | null): Group {
  if (rule === null) return { how: "all", items: [] };
  const item = itemOf(rule);
  return isGroup(item) ? item : { how: "all", items: [item] };
}

function itemOf(rule: Rule): Item {
  if ("all" in rule) return { how: "all", items: rule.all.map(itemOf) };
  if ("any" in rule) return { how: "any", items: rule.any.map(itemOf) };
  if ("not" in rule) return denied(itemOf(rule.not));
  return rule;
}

const OPPOSITE: Record<How, How> = { all: "not_all", not_all: "all", any: "none", none: "any" };

function denied(item: Item): Group {
  return isGroup(item) ? { ...item, how: OPPOSITE[item.how] } : { how: "none", items: [item] };
}

/** The rule that a group says; null where it says nothing. Groups of nothing within it are left out. */
export function ruleOf(group: Group): Rule | null {
  const rules = group.items.map((item) => (isGroup(item) ? ruleOf(item) : item)).filter((rule) => rule !== null);
  const [first] = rules;
  if (first === undefined) return null;
  const joined: Rule =
    rules.length === 1 ? first : group.how === "all" || group.how === "not_all" ? { all: rules } : { any: rules };
  if (group.how === "all" || group.how === "any") return joined;
  return "not" in joined ? joined.not : { not: joined };
}

const EQUAL: readonly Op[] = ["is", "is_not", "answered"];
const NUMBER: readonly Op[] = ["is", "is_not", "above", "at_least", "below", "at_most", "answered"];
const ORDERED: readonly Op[] = ["is", "is_not", "below", "at_most", "above", "at_least", "answered"];
const COUNTED: readonly Op[] = ["answered", "above", "at_least", "below", "at_most", "is"];

const OPS: Record<QuestionType, readonly Op[]> = {
  pass_fail: EQUAL,
  yes_no: EQUAL,
  one_of: EQUAL,
  many_of: ["includes", "answered"],
  scale: NUMBER,
  grade: ORDERED,
  count: NUMBER,
  number: NUMBER,
  text: EQUAL,
  date: ORDERED,
  photo: COUNTED,
  pin: COUNTED,
  repeat: COUNTED,
  assets: COUNTED,
};

/** What can be asked of a question's answer, the likeliest first. */
export function opsFor(question: Question): readonly Op[] {
  return OPS[question.type];
}

const OP_WORDS: Record<Op, string> = {
  is: "is",
  is_not: "is not",
  above: "is more than",
  below: "is less than",
  at_least: "is at least",
  at_most: "is at most",
  answered: "is answered",
  includes: "includes",
};

const DATE_WORDS: Partial<Record<Op, string>> = {
  above: "is after",
  below: "is before",
  at_least: "is on or after",
  at_most: "is on or before",
};
const GRADE_WORDS: Partial<Record<Op, string>> = {
  above: "is better than",
  below: "is worse than",
  at_least: "is at least",
  at_most: "is at best",
};

/** How an op is said of a question's answer. */
export function opInWords(op: Op, type: QuestionType | undefined): string {
  const own = type === "date" ? DATE_WORDS : type === "grade" ? GRADE_WORDS : {};
  const many = type === "photo" || type === "pin" || type === "repeat" || type === "assets";
  if (many && op !== "answered") return `${OP_WORDS[op].replace("is", "has")}`;
  return own[op] ?? OP_WORDS[op];
}

export type ValueKind = "none" | "choice" | "number" | "date" | "text";

/** How the value of a condition is given. */
export function valueKind(question: Question, op: Op): ValueKind {
  if (op === "answered") return "none";
  if (choicesOf(question).length > 0) return "choice";
  if (question.type === "date") return "date";
  return question.type === "text" ? "text" : "number";
}

/** A condition that is whole from its beginning: the first op and the first value that make sense. */
export function firstCondition(question: Question): Condition {
  const op = opsFor(question)[0] ?? "answered";
  return withOp({ question: question.code, op }, question, op);
}

/** The condition with another op, keeping its value where the op can have it. */
export function withOp(condition: Condition, question: Question, op: Op): Condition {
  const kind = valueKind(question, op);
  if (kind === "none") return { question: condition.question, op };
  return { question: condition.question, op, value: fitting(question, kind, condition.value) };
}

function fitting(question: Question, kind: ValueKind, value: Condition["value"]): string | number {
  if (kind === "choice") {
    const codes = choicesOf(question).map((choice) => choice.code);
    return typeof value === "string" && codes.includes(value) ? value : (codes[0] ?? "");
  }
  if (kind === "number") return typeof value === "number" ? value : 1;
  return typeof value === "string" ? value : "";
}

/**
 * The questions that a rule of what stands at `at` can be about: those outside of any repeat, and those of
 * the same instance. What is asked later is offered too: people walk in any order. `self`: the rule is
 * about the question's own answer as well.
 */
export function candidates(definition: Definition, at: At, self = false): Placed[] {
  return everyQuestion(definition).filter((placed) => {
    if (sameAt(placed.at, at)) return self;
    const together = placed.at[0] === at[0] && placed.at[1] === at[1];
    if (at.length === 1) return placed.at.length === 2 && placed.at[0] !== at[0];
    // Not the repeat around it, and no other repeat's inner questions: they have many answers.
    return placed.at.length === 2 ? !together : at.length === 3 && together;
  });
}

/** Where a new condition begins: the question before this one, else the first there is. */
export function likeliest(definition: Definition, at: At, self = false): Question | null {
  const own = self ? questionAt(definition, at) : null;
  if (own) return own;
  const all = candidates(definition, at);
  const before = all.filter((placed) => compare(placed.at, at) < 0);
  return (before.at(-1) ?? all[0])?.question ?? null;
}

function compare(one: At, other: At): number {
  for (let depth = 0; depth < Math.max(one.length, other.length); depth += 1) {
    const step = (one[depth] ?? -1) - (other[depth] ?? -1);
    if (step !== 0) return step;
  }
  return 0;
}
