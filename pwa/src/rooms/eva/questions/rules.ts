/**
 * Which questions are asked, which answers are missing, and which can't be. The twin of checklists/asking.py;
 * tests/checklists/cases holds both to the same answers.
 *
 * A question that isn't asked counts as unanswered, whatever was answered before.
 */
import {
  type Answers,
  allQuestions,
  BUILT_IN,
  type Choice,
  choicesOf,
  type Definition,
  isGroup,
  isUnanswered,
  keyOf,
  type Question,
  type Rule,
  type Section,
  type Value,
} from "./definition";

const LEAST_SCALE = 1;
const MOST_SCALE = 5;
const LONGEST_TEXT = 4000;
const LARGEST = 1e12;
const MOST_PINS = 100;
const GRADES: readonly string[] = (BUILT_IN.grade ?? []).map((each) => each.code);

/** One question at one place: at the top, or of one instance of its group. */
export interface Asked {
  question: Question;
  instance: string;
}

/** What the answers make of a checklist. Read it once for each change of the answers. */
export class Asking {
  /** Keys of the questions that are asked. */
  readonly asked = new Set<string>();
  /** The answers that count, of questions that are asked and not taken back. An instance of a group is one too. */
  readonly live = new Map<string, Exclude<Value, null>>();
  readonly questions = new Map<string, Question>();
  private readonly groupOf = new Map<string, Question>();
  private readonly sectionOf = new Map<string, Section>();
  private readonly standing = new Map<string, string[]>();

  constructor(
    readonly definition: Definition,
    private readonly answers: Answers,
  ) {
    for (const section of definition.sections)
      for (const question of section.questions) {
        this.know(question, section);
        for (const inside of question.questions) {
          this.know(inside, section);
          if (this.questions.get(inside.code) === inside) this.groupOf.set(inside.code, question);
        }
      }
    for (const key of [...answers.keys()].sort(byCode)) this.stand(key);
    for (const question of this.decidedInOrder()) this.decide(question);
  }

  /** The instances of a group that stand, by their id; none of a group that isn't asked. */
  instances(group: string): readonly string[] {
    return this.asked.has(group) ? (this.standing.get(group) ?? []) : [];
  }

  /** Where this question could be asked: at the top, or in each instance of its group. */
  placesOf(question: Question): readonly string[] {
    const group = this.groupOf.get(question.code);
    return group ? this.instances(group.code) : [""];
  }

  /** Where it is asked. */
  askedOf(question: Question): string[] {
    return this.placesOf(question).filter((instance) => this.asked.has(keyOf(question.code, instance)));
  }

  group(question: Question): Question | undefined {
    return this.groupOf.get(question.code);
  }

  isAnswered(question: Question, instance: string): boolean {
    return isGroup(question) ? this.instances(question.code).length > 0 : this.live.has(keyOf(question.code, instance));
  }

  /** Asked, and has to be answered. */
  isNeeded(question: Question, instance: string): boolean {
    return question.required || (question.required_when !== null && this.holds(question.required_when, instance));
  }

  /** What is asked, has to be answered and isn't, in the checklist's order. */
  missing(): Asked[] {
    return allQuestions(this.definition).flatMap((question) =>
      this.askedOf(question)
        .filter((instance) => !this.isAnswered(question, instance) && this.isNeeded(question, instance))
        .map((instance) => ({ question, instance })),
    );
  }

  /** The choices that a question offers. */
  offered(question: Question, instance = ""): readonly Choice[] {
    return choicesOf(question).filter((choice) => choice.when === null || this.holds(choice.when, instance));
  }

  /** Whether the answer keeps to the question's constraint; what isn't answered does. */
  constraintHolds(question: Question, instance = ""): boolean {
    return (
      question.constraint === null || !this.isAnswered(question, instance) || this.holds(question.constraint, instance)
    );
  }

  /** Whether a rule holds, looking in this instance first, then at the top. */
  holds(rule: Rule, instance: string): boolean {
    if ("all" in rule) return rule.all.every((part) => this.holds(part, instance));
    if ("any" in rule) return rule.any.some((part) => this.holds(part, instance));
    if ("not" in rule) return !this.holds(rule.not, instance);
    const question = this.questions.get(rule.question);
    const value = question && this.compared(question, instance);
    if (question === undefined || value === undefined) return rule.op === "is_not";
    return compare(question, rule.op, value, rule.value);
  }

  private know(question: Question, section: Section): void {
    // A code that stands twice is a fault; in a draft the first of them counts.
    if (this.questions.has(question.code)) return;
    this.questions.set(question.code, question);
    this.sectionOf.set(question.code, section);
  }

  private stand(key: string): void {
    const cut = key.indexOf("/");
    if (cut < 0) return;
    const group = this.questions.get(key.slice(0, cut));
    const value = this.answers.get(key);
    if (!group || !isGroup(group) || isUnanswered(group, value)) return;
    const standing = this.standing.get(group.code);
    if (standing) standing.push(key.slice(cut + 1));
    else this.standing.set(group.code, [key.slice(cut + 1)]);
  }

  private decide(question: Question): void {
    const section = this.sectionOf.get(question.code);
    if (section?.relevant && !this.holds(section.relevant, "")) return;
    for (const instance of this.placesOf(question)) {
      if (question.relevant !== null && !this.holds(question.relevant, instance)) continue;
      this.asked.add(keyOf(question.code, instance));
      const places = isGroup(question) ? this.instances(question.code) : [instance];
      for (const place of places) {
        const key = keyOf(question.code, place);
        const value = this.answers.get(key);
        if (value !== undefined && value !== null && !isUnanswered(question, value)) this.live.set(key, value);
      }
    }
  }

  /** The answer, or how many there are of groups and pins; undefined: unanswered. */
  private compared(question: Question, instance: string): Exclude<Value, null> | undefined {
    if (isGroup(question)) return this.instances(question.code).length || undefined;
    const value = this.live.get(keyOf(question.code, this.groupOf.has(question.code) ? instance : ""));
    return question.type === "pin" && Array.isArray(value) ? value.length : value;
  }

  /** Every question after those that its rules ask about; a circle is cut where it closes. */
  private decidedInOrder(): Question[] {
    const done: Question[] = [];
    const begun = new Set<string>();
    for (const start of this.questions.values()) {
      if (begun.has(start.code)) continue;
      begun.add(start.code);
      const path = [{ question: start, needs: this.needs(start) }];
      for (let last = path.at(-1); last; last = path.at(-1)) {
        const code = last.needs.shift();
        if (code === undefined) {
          done.push(last.question);
          path.pop();
          continue;
        }
        const next = this.questions.get(code);
        if (!next || begun.has(code)) continue;
        begun.add(code);
        path.push({ question: next, needs: this.needs(next) });
      }
    }
    return done;
  }

  private needs(question: Question): string[] {
    const group = this.groupOf.get(question.code);
    return [
      ...looksAt(this.sectionOf.get(question.code)?.relevant ?? null),
      ...(group ? [group.code] : []),
      ...looksAt(question.relevant),
    ];
  }
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The codes of the questions that a rule asks about, in the order in which they stand. */
export function looksAt(rule: Rule | null): string[] {
  if (rule === null) return [];
  if ("all" in rule) return rule.all.flatMap(looksAt);
  if ("any" in rule) return rule.any.flatMap(looksAt);
  if ("not" in rule) return looksAt(rule.not);
  return [rule.question];
}

function compare(question: Question, op: string, value: Exclude<Value, null>, other: string | number | undefined) {
  if (op === "answered") return true;
  if (op === "includes") return Array.isArray(value) && value.some((each) => each === other);
  const same = Array.isArray(value) ? value.length === 1 && value[0] === other : value === other;
  if (op === "is") return same;
  if (op === "is_not") return !same;
  const order = orderOf(question, value, other);
  if (order === null) return false;
  if (op === "above") return order > 0;
  if (op === "below") return order < 0;
  return op === "at_least" ? order >= 0 : order <= 0;
}

/** Above 0 where the value is more (a better grade, a later day), below 0 where it is less; null: no order. */
function orderOf(question: Question, value: Exclude<Value, null>, other: string | number | undefined): number | null {
  if (question.type === "grade") {
    const left = GRADES.indexOf(String(value));
    const right = GRADES.indexOf(String(other));
    return left < 0 || right < 0 ? null : right - left;
  }
  if (typeof value === "number" && typeof other === "number") return value - other;
  if (typeof value === "string" && typeof other === "string") return byCode(value, other);
  return null;
}

/** The category of the defect that this answer offers to report; null where it offers none. */
export function offeredDefect(question: Question, value: Value | undefined): string | null {
  if (!question.defect || value === undefined || isUnanswered(question, value) || value === 0) return null;
  const { category, when } = question.defect;
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  return when.length === 0 || given.some((each) => when.includes(String(each))) ? category : null;
}

/** What is wrong with an answer, in words; none where it can be kept. Null (taken back) always can. */
export function faultsOfValue(question: Question, value: Value): string[] {
  if (value === null) return [];
  switch (question.type) {
    case "pass_fail":
    case "yes_no":
    case "one_of":
    case "grade":
      return faultsOfChosen(question, [value]);
    case "many_of":
      return Array.isArray(value) ? faultsOfChosen(question, value) : faultsOfChosen(question, [null]);
    case "repeat":
    case "assets":
      return faultsOfInstance(value);
    case "pin":
      return faultsOfPins(value);
    case "text":
      if (typeof value !== "string") return ["The answer is text."];
      return [...value].length > LONGEST_TEXT ? ["Write at most 4,000 characters."] : [];
    case "date":
      return typeof value === "string" && isDay(value) ? [] : ["The answer is a day, as in 2026-05-31."];
    default:
      return faultsOfNumber(question, value);
  }
}

function faultsOfChosen(question: Question, chosen: readonly unknown[]): string[] {
  const known = choicesOf(question).map((choice) => choice.code);
  if (!chosen.every((code) => typeof code === "string" && known.includes(code)))
    return [`Choose from: ${known.slice(0, 12).join(", ")}.`];
  return new Set(chosen).size < chosen.length ? ["A choice stands twice."] : [];
}

function faultsOfNumber(question: Question, value: Value): string[] {
  const scale = question.type === "scale";
  const whole = question.type === "count" || question.type === "photo";
  const least = scale ? LEAST_SCALE : whole ? Math.max(0, question.least ?? 0) : question.least;
  const most = scale ? MOST_SCALE : question.most;
  if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > LARGEST)
    return ["The answer is a number."];
  if (question.type !== "number" && !Number.isInteger(value)) return ["The answer is a whole number."];
  if (least !== null && value < least) return [`The answer is at least ${least}.`];
  if (most !== null && value > most) return [`The answer is at most ${most}.`];
  return [];
}

function faultsOfInstance(value: Value): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !hasOnly(value, ["label", "asset_id"]))
    return ["One of a group has a label and an asset_id."];
  const right =
    typeof value.label === "string" &&
    [...value.label].length <= 200 &&
    (value.asset_id === null || typeof value.asset_id === "string");
  return right ? [] : ["The label is text of at most 200 characters, the asset_id an id or null."];
}

function faultsOfPins(value: Value): string[] {
  if (!Array.isArray(value) || value.length > MOST_PINS) return [`The answer is a list of at most ${MOST_PINS} pins.`];
  for (const pin of value) {
    if (typeof pin !== "object" || pin === null || !hasOnly(pin, ["longitude", "latitude", "words"]))
      return ["A pin has a longitude, a latitude and words."];
    if (!(isWithin(pin.longitude, 180) && isWithin(pin.latitude, 90)))
      return ["A pin lies on the Earth: longitude and latitude are in degrees."];
    if (typeof pin.words !== "string" || [...pin.words].length > LONGEST_TEXT)
      return ["A pin's words are text of at most 4,000 characters."];
  }
  return [];
}

function hasOnly(value: object, names: readonly string[]): boolean {
  const own = Object.keys(value);
  return own.length === names.length && names.every((name) => own.includes(name));
}

function isWithin(degrees: unknown, most: number): boolean {
  return typeof degrees === "number" && Math.abs(degrees) <= most;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith("0000")) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
