/**
 * A checklist's definition, as the server keeps and sends it. The twin of checklists/definition.py and
 * checklists/vocabulary.py: what one of them learns, the other has to.
 */

export type QuestionType =
  | "pass_fail"
  | "yes_no"
  | "one_of"
  | "many_of"
  | "scale"
  | "grade"
  | "count"
  | "number"
  | "text"
  | "date"
  | "photo"
  | "pin"
  | "repeat"
  | "assets";

export type ChecklistKind =
  | "full"
  | "quick"
  | "block"
  | "gates"
  | "signs"
  | "park"
  | "car_park"
  | "post_project"
  | "other";

export type Op = "is" | "is_not" | "above" | "below" | "at_least" | "at_most" | "answered" | "includes";

/** What a question looks at before it is asked, must be answered or takes an answer. */
export type Rule =
  | { all: Rule[] }
  | { any: Rule[] }
  | { not: Rule }
  | { question: string; op: Op; value?: string | number };

export interface Choice {
  code: string;
  label: string;
  /** 0 to 1; null: not scored. */
  points: number | null;
  /** Chosen, it makes the section and the whole audit red. */
  fails: boolean;
  when: Rule | null;
}

export interface Example {
  /** A picture of the library by its name, or a photo by its id. */
  picture: string;
  words: string;
  good: boolean;
}

export interface Question {
  /** A letter, then letters, digits and _; unique in the whole checklist. */
  code: string;
  label: string;
  help: string;
  examples: Example[];
  type: QuestionType;
  required: boolean;
  required_when: Rule | null;
  relevant: Rule | null;
  constraint: Rule | null;
  constraint_words: string;
  /** Its answers are only for roles that may read restricted notes. */
  restricted: boolean;
  /** Of one_of and many_of; a built-in type lists only what it has otherwise. `choicesOf` gives all. */
  choices: Choice[];
  unit: string;
  least: number | null;
  most: number | null;
  /** 0: not scored. */
  weight: number;
  /** The defect that these values offer to report; without any, every answer but 0 does. */
  defect: { category: string; when: string[] } | null;
  asset_kind: string;
  /** Of repeat and assets: asked of each. */
  questions: Question[];
}

export interface Section {
  code: string;
  title: string;
  help: string;
  relevant: Rule | null;
  scored: boolean;
  questions: Question[];
}

export interface Definition {
  title: string;
  purpose: string;
  kind: ChecklistKind;
  sections: Section[];
  /** Percent from which a section is green and amber; what is lower is red. */
  grading: { green_from: number; amber_from: number };
}

export interface Pin {
  longitude: number;
  latitude: number;
  words: string;
}

/** One of a group: a block, a gate, a 50 m stretch. */
export interface Instance {
  label: string;
  asset_id: string | null;
}

/**
 * An answer. A code for pass_fail, yes_no, one_of and grade; codes for many_of; a number for scale, count,
 * number and photo (how many); text; "YYYY-MM-DD"; pins; an instance for repeat and assets. Null: taken back.
 */
export type Value = string | number | string[] | Pin[] | Instance | null;

/** Answers by `keyOf(question, instance)`. */
export type Answers = ReadonlyMap<string, Value>;

export const QUESTION_TYPES: readonly QuestionType[] = [
  "pass_fail",
  "yes_no",
  "one_of",
  "many_of",
  "scale",
  "grade",
  "count",
  "number",
  "text",
  "date",
  "photo",
  "pin",
  "repeat",
  "assets",
];
export const KINDS: readonly ChecklistKind[] = [
  "full",
  "quick",
  "block",
  "gates",
  "signs",
  "park",
  "car_park",
  "post_project",
  "other",
];
export const OPS: readonly Op[] = ["is", "is_not", "above", "below", "at_least", "at_most", "answered", "includes"];
export const ASSET_KINDS: readonly string[] = [
  "door_front",
  "door_rear",
  "alley_gate",
  "sign",
  "block",
  "improvement",
  "lamp",
  "garage_block",
  "fence",
  "other",
];
export const SCORED: ReadonlySet<QuestionType> = new Set<QuestionType>([
  "pass_fail",
  "yes_no",
  "one_of",
  "many_of",
  "scale",
  "grade",
  "count",
]);

const choice = (code: string, label: string, points: number | null): Choice => ({
  code,
  label,
  points,
  fails: false,
  when: null,
});

/** The choices that a type of question brings with it. */
export const BUILT_IN: Partial<Record<QuestionType, readonly Choice[]>> = {
  pass_fail: [choice("pass", "Pass", 1), choice("fail", "Fail", 0), choice("na", "Not applicable", null)],
  yes_no: [
    choice("yes", "Yes", 1),
    choice("partly", "Partly", 0.5),
    choice("no", "No", 0),
    choice("na", "Not applicable", null),
  ],
  grade: [
    choice("A", "A", 1),
    choice("B+", "B+", 0.9),
    choice("B", "B", 0.8),
    choice("B-", "B-", 0.5),
    choice("C", "C", 0.3),
    choice("C-", "C-", 0.15),
    choice("D", "D", 0),
  ],
};

export function isGroup(question: Question): boolean {
  return question.type === "repeat" || question.type === "assets";
}

/** The choices as they count: the built-in ones of the type, each replaced by the question's own of that code. */
export function choicesOf(question: Question): readonly Choice[] {
  const builtIn = BUILT_IN[question.type];
  if (!builtIn) return question.choices;
  return builtIn.map((each) => question.choices.find((own) => own.code === each.code) ?? each);
}

/** How an answer is found: the question's code, and which of a group it is about ("" at the top). */
export function keyOf(code: string, instance = ""): string {
  return instance === "" ? code : `${code}/${instance}`;
}

/** Every question in the order in which it stands, those inside a group after it. */
export function allQuestions(definition: Definition): Question[] {
  return definition.sections.flatMap((section) => section.questions.flatMap((each) => [each, ...each.questions]));
}

/** Nothing was said: no answer, one that was taken back, or an empty one. */
export function isUnanswered(question: Question, value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return question.type === "photo" && value === 0;
}
