/** What checklists say, in words. Pure. */
import { type ChecklistKind, choicesOf, type Question, type QuestionType, type Rule } from "../questions/definition";
import { type Group, groupOf, type How, type Item, isGroup, opInWords } from "./conditions";
import type { Condition } from "./places";

export const TYPE_WORDS: Record<QuestionType, string> = {
  pass_fail: "Pass or fail",
  yes_no: "Yes, partly or no",
  one_of: "One of several",
  many_of: "Any of several",
  scale: "1 to 5",
  grade: "Grade A to D",
  count: "A count",
  number: "A number",
  text: "Words",
  date: "A date",
  photo: "Photos",
  pin: "Pins on the map",
  repeat: "A set of questions, as often as needed",
  assets: "A set of questions for each thing",
};

export const TYPE_HINTS: Record<QuestionType, string> = {
  pass_fail: "Pass, fail, or not applicable.",
  yes_no: "Yes, partly, no, or not applicable.",
  one_of: "Your own list; one answer is chosen.",
  many_of: "Your own list; any number of answers.",
  scale: "How much or how well, from 1 to 5.",
  grade: "NI195’s seven grades: A, B+, B, B-, C, C-, D.",
  count: "A whole number, with plus and minus.",
  number: "A measure, with its unit.",
  text: "A sentence or a few.",
  date: "A day.",
  photo: "Photos without another answer.",
  pin: "Places on the map, each with a few words.",
  repeat: "Such as each 50 m of street, or each home.",
  assets: "Such as each door, gate, sign or lamp; kept for the next walk.",
};

export const KIND_WORDS: Record<ChecklistKind, string> = {
  full: "Full audit",
  quick: "Quick walk",
  block: "Communal block",
  gates: "Alley gates",
  signs: "Signs",
  park: "Park",
  car_park: "Car park",
  post_project: "After a project",
  other: "Other",
};

export const ASSET_WORDS: Record<string, string> = {
  door_front: "Front door",
  door_rear: "Rear door",
  alley_gate: "Alley gate",
  sign: "Sign",
  block: "Block",
  improvement: "Improvement",
  lamp: "Lamp",
  garage_block: "Garage block",
  fence: "Fence or wall",
  other: "Other",
};

export const HOW_WORDS: Record<How, string> = {
  all: "all of these hold",
  any: "any of these holds",
  none: "none of these holds",
  not_all: "not all of these hold",
};

/** "“Is there a rear door?” is Yes": one condition with the question's and the choice's own words. */
export function conditionInWords(condition: Condition, questions: ReadonlyMap<string, Question>): string {
  const question = questions.get(condition.question);
  const name = question
    ? `“${shortened(question.label) || question.code}”`
    : `a question that is gone (${condition.question})`;
  if (condition.op === "answered") return `${name} is answered`;
  return `${name} ${opInWords(condition.op, question?.type)} ${valueInWords(question, condition.value)}`;
}

function valueInWords(question: Question | undefined, value: Condition["value"]): string {
  const choice = question && choicesOf(question).find((each) => each.code === value);
  if (choice) return choice.label || choice.code;
  return value === undefined || value === "" ? "…" : String(value);
}

const LONGEST = 60;

export function shortened(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).replace(/\s+\S*$/, "")} …`;
}

/** A whole rule as a clause that follows "only when". Null rule: empty. */
export function ruleInWords(rule: Rule | null, questions: ReadonlyMap<string, Question>): string {
  return rule === null ? "" : groupInWords(groupOf(rule), questions);
}

function groupInWords(group: Group, questions: ReadonlyMap<string, Question>): string {
  const parts = group.items.map((item, index) => partInWords(group, index, item, questions));
  if (group.how === "none") {
    return `${parts.length > 1 ? "none of these holds" : "this does not hold"}: ${parts.join("; ")}`;
  }
  if (group.how === "not_all") return `not all of these hold: ${parts.join("; ")}`;
  return parts.join(group.how === "all" ? " and " : " or ");
}

/** "“Is it clear?” is No or Partly": the same question is not named twice in a row. */
function partInWords(group: Group, index: number, item: Item, questions: ReadonlyMap<string, Question>): string {
  const before = group.items[index - 1];
  if (group.how === "any" && before && !isGroup(item) && !isGroup(before)) {
    const goesOn = before.question === item.question && before.op === item.op;
    if (goesOn && (item.op === "is" || item.op === "includes")) {
      return valueInWords(questions.get(item.question), item.value);
    }
  }
  return itemInWords(item, questions);
}

function itemInWords(item: Item, questions: ReadonlyMap<string, Question>): string {
  return isGroup(item) ? `(${groupInWords(item, questions)})` : conditionInWords(item, questions);
}

/** What the answer of a question may be, besides its type: "0 to 100 %". */
export function limitsInWords({ least, most, unit }: Pick<Question, "least" | "most" | "unit">): string {
  const behind = unit ? ` ${unit}` : "";
  if (least !== null && most !== null) return `${least} to ${most}${behind}`;
  if (least !== null) return `at least ${least}${behind}`;
  if (most !== null) return `at most ${most}${behind}`;
  return unit && `in ${unit}`;
}

/** "1, or 0.5 where partly": what a choice gives. */
export function pointsInWords(points: number | null): string {
  if (points === null) return "not counted";
  return points === 1 ? "full points" : points === 0 ? "no points" : `${Math.round(points * 100)} % of the points`;
}

const ZONE = "Europe/London";

export function dayAndTime(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", {
    timeZone: ZONE,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}
