/**
 * The result of an audit: points, percent and grade of each section and of all, with the arithmetic in words.
 * The twin of checklists/scoring.py; tests/checklists/cases holds both to the same results.
 */
import {
  type Answers,
  allQuestions,
  BUILT_IN,
  choicesOf,
  type Definition,
  isGroup,
  keyOf,
  type Question,
  SCORED,
  type Section,
  type Value,
} from "./definition";
import { Asking } from "./rules";

export type Light = "green" | "amber" | "red";

export interface SectionResult {
  code: string;
  title: string;
  points: number;
  out_of: number;
  /** Null: nothing was scored. */
  percent: number | null;
  grade: Light | null;
  because: string[];
  /** Codes of the questions whose answer makes it red by itself. */
  automatic_fails: string[];
  answered: number;
  asked: number;
}

export interface Result {
  sections: SectionResult[];
  overall: { percent: number | null; grade: Light | null; because: string[] };
  /** By the code of a grade question in a group. */
  transects: Record<string, { label: string; graded: number; percent_below_b: number; words: string }>;
  defect_points: { points: number; band: string; by_severity: Record<string, number> };
}

type Grading = Definition["grading"];
type Given = { instance: string; value: Exclude<Value, null> };

const DEFECT_POINTS: readonly (readonly [severity: number, points: number])[] = [
  [1, 8],
  [2, 4],
  [3, 2],
  [4, 1],
];
const BANDS: readonly (readonly [most: number, band: string])[] = [
  [3, "A"],
  [10, "B"],
  [20, "C"],
];
const GRADES: readonly string[] = (BUILT_IN.grade ?? []).map((each) => each.code);
const HALF_BELOW = "B-";
const BELOW: ReadonlySet<string> = new Set(GRADES.slice(GRADES.indexOf(HALF_BELOW) + 1));

/** The result of these answers and of defects of these severities (1 is the worst). */
export function result(definition: Definition, answers: Answers, defects: readonly number[] = []): Result {
  return resultOf(new Asking(definition, answers), defects);
}

/** The same, where the answers were read already. A section of which nothing is asked is left out. */
export function resultOf(asking: Asking, defects: readonly number[] = []): Result {
  const { sections, grading } = asking.definition;
  const asked = sections.filter((section) => questionsOf(section).some((each) => asking.askedOf(each).length > 0));
  const results = asked.map((section) => sectionResult(section, grading, asking));
  return {
    sections: results,
    overall: overall(grading, results),
    transects: transects(asking),
    defect_points: defectPoints(defects),
  };
}

/** What one section has so far, for its progress and its grade. */
export function sectionResult(section: Section, grading: Grading, asking: Asking): SectionResult {
  let points = 0;
  let outOf = 0;
  let answered = 0;
  let asked = 0;
  const fails: string[] = [];
  const failedWords: string[] = [];
  for (const question of questionsOf(section)) {
    const places = asking.askedOf(question);
    asked += places.length;
    answered += places.filter((instance) => asking.isAnswered(question, instance)).length;
    if (!section.scored || isGroup(question)) continue;
    const given = places.flatMap((instance): Given[] => {
      const value = asking.live.get(keyOf(question.code, instance));
      return value === undefined ? [] : [{ instance, value }];
    });
    const mean = meanOf(given.map((each) => worthOf(question, each.value)).filter((worth) => worth !== null));
    if (mean !== null && question.weight) {
      points += question.weight * mean;
      outOf += question.weight;
    }
    const failed = given.filter((each) => failsBy(question, each.value)).map((each) => each.instance);
    if (failed.length > 0) {
      fails.push(question.code);
      failedWords.push(wordsOfFailed(question, failed, asking));
    }
  }
  // Rounded first, so that whoever checks the arithmetic that is shown comes to the percent that is shown.
  points = rounded(points, 100);
  outOf = rounded(outOf, 100);
  const percent = percentOf(points, outOf);
  return {
    code: section.code,
    title: section.title,
    points,
    out_of: outOf,
    percent,
    grade: fails.length > 0 ? "red" : gradeOf(percent, grading),
    because: section.scored ? because(points, outOf, grading, failedWords) : ["This section is not scored."],
    automatic_fails: fails,
    answered,
    asked,
  };
}

const questionsOf = (section: Section): Question[] => section.questions.flatMap((each) => [each, ...each.questions]);

function overall(grading: Grading, sections: readonly SectionResult[]): Result["overall"] {
  const points = rounded(sumOf(sections.map((section) => section.points)), 100);
  const outOf = rounded(sumOf(sections.map((section) => section.out_of)), 100);
  const failed = sections
    .filter((section) => section.automatic_fails.length > 0)
    .map((section) => `Automatic fail in ${section.title}.`);
  const percent = percentOf(points, outOf);
  return {
    percent,
    grade: failed.length > 0 ? "red" : gradeOf(percent, grading),
    because: because(points, outOf, grading, failed),
  };
}

/** What an answer is worth, from 0 to 1; null where it isn't scored. Of several choices the lowest counts. */
export function worthOf(question: Question, value: Exclude<Value, null>): number | null {
  if (!SCORED.has(question.type)) return null;
  if (question.type === "scale") return (Number(value) - 1) / 4;
  if (question.type === "count") return value ? 0 : 1;
  const worths = chosen(question, value).flatMap((choice) => (choice.points === null ? [] : [choice.points]));
  return worths.length > 0 ? Math.min(...worths) : null;
}

/** Whether this answer makes the section and the whole audit red. */
export function failsBy(question: Question, value: Exclude<Value, null>): boolean {
  return chosen(question, value).some((choice) => choice.fails);
}

function chosen(question: Question, value: Exclude<Value, null>) {
  const codes: readonly unknown[] = Array.isArray(value) ? value : [value];
  return choicesOf(question).filter((choice) => codes.includes(choice.code));
}

/** A question that is asked of many counts once: by the mean, added up from the lowest, so in one order. */
function meanOf(worths: readonly number[]): number | null {
  return worths.length > 0 ? sumOf([...worths].sort((a, b) => a - b)) / worths.length : null;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

function percentOf(points: number, outOf: number): number | null {
  return outOf ? rounded((100 * points) / outOf, 10) : null;
}

function gradeOf(percent: number | null, grading: Grading): Light | null {
  if (percent === null) return null;
  if (percent >= grading.green_from) return "green";
  return percent >= grading.amber_from ? "amber" : "red";
}

/** The arithmetic as people check it. */
function because(points: number, outOf: number, grading: Grading, failed: readonly string[]): string[] {
  const percent = percentOf(points, outOf);
  if (percent === null) return [...failed, "Nothing that has points was answered."];
  const green = `${plain(grading.green_from)}%`;
  const amber = `${plain(grading.amber_from)}%`;
  const words: Record<Light, string> = {
    green: `Green is from ${green}.`,
    amber: `Amber is from ${amber}, green from ${green}.`,
    red: `Amber is from ${amber}: less is red.`,
  };
  const noun = outOf === 1 ? "point is" : "points are";
  const sum = `${plain(points)} of ${plain(outOf)} ${noun} ${plain(percent)}%.`;
  return [...failed, sum, words[gradeOf(percent, grading) ?? "red"]];
}

function wordsOfFailed(question: Question, failed: readonly string[], asking: Asking): string {
  const names = failed.filter((instance) => instance !== "").map((instance) => nameOf(question, instance, asking));
  const where = names.length > 0 ? ` (${names.sort().join(", ")})` : "";
  return `Automatic fail: ${question.label}${where}`;
}

function nameOf(question: Question, instance: string, asking: Asking): string {
  const group = asking.group(question);
  const value = group && asking.live.get(keyOf(group.code, instance));
  const label = typeof value === "object" && !Array.isArray(value) ? value.label : "";
  return label || instance;
}

function transects(asking: Asking): Result["transects"] {
  const found: Result["transects"] = {};
  for (const question of allQuestions(asking.definition)) {
    if (question.type !== "grade" || !asking.group(question)) continue;
    const graded = asking
      .askedOf(question)
      .map((instance) => asking.live.get(keyOf(question.code, instance)))
      .filter((grade) => typeof grade === "string" && GRADES.includes(grade));
    if (graded.length === 0) continue;
    const below = graded.filter((grade) => typeof grade === "string" && BELOW.has(grade)).length;
    const half = graded.filter((grade) => grade === HALF_BELOW).length;
    const percent = rounded((100 * (below + half / 2)) / graded.length, 10);
    const noun = graded.length === 1 ? "stretch" : "stretches";
    found[question.code] = {
      label: question.label,
      graded: graded.length,
      percent_below_b: percent,
      words: `${below} of ${graded.length} ${noun} below B-, ${half} at B- counted half: ${plain(percent)}% below standard.`,
    };
  }
  return found;
}

function defectPoints(defects: readonly number[]): Result["defect_points"] {
  const counts = DEFECT_POINTS.map(
    ([severity]) => [severity, defects.filter((each) => each === severity).length] as const,
  );
  const points = DEFECT_POINTS.reduce(
    (total, [severity, worth]) => total + worth * (counts.find(([each]) => each === severity)?.[1] ?? 0),
    0,
  );
  return {
    points,
    band: BANDS.find(([most]) => points <= most)?.[1] ?? "D",
    by_severity: Object.fromEntries(counts.map(([severity, count]) => [String(severity), count])),
  };
}

/** To a tenth (10) or a hundredth (100), halves up: as the server does it. */
function rounded(value: number, parts: number): number {
  return Math.floor(value * parts + 0.5) / parts;
}

/** At most two places, none that are 0. */
function plain(value: number): string {
  return rounded(value, 100)
    .toFixed(2)
    .replace(/\.?0+$/, "");
}
