/** What an editor does to a checklist: each gives a new one and leaves the old as it was. Pure. */
import {
  type Choice,
  type Definition,
  type Question,
  type QuestionType,
  type Rule,
  SCORED,
  type Section,
} from "../questions/definition";
import { type At, type Condition, codesWithin, everyQuestion, mapRule, questionAt, sectionAt } from "./places";

/** The checklist after an edit, and where what was edited stands now. */
export interface Edited {
  definition: Definition;
  at: At;
}

export const HAS_CHOICES: ReadonlySet<QuestionType> = new Set(["one_of", "many_of"]);
export const HAS_INNER: ReadonlySet<QuestionType> = new Set(["repeat", "assets"]);
export const HAS_LIMITS: ReadonlySet<QuestionType> = new Set(["count", "number"]);
const CODE = /^[A-Za-z][A-Za-z0-9_]*$/;

export function isCode(text: string): boolean {
  return CODE.test(text);
}

export function blankQuestion(code: string, type: QuestionType): Question {
  return {
    code,
    label: "",
    help: "",
    examples: [],
    type,
    required: false,
    required_when: null,
    relevant: null,
    constraint: null,
    constraint_words: "",
    restricted: false,
    choices: HAS_CHOICES.has(type) ? [blankChoice("a"), blankChoice("b")] : [],
    unit: "",
    least: null,
    most: null,
    weight: SCORED.has(type) ? 1 : 0,
    defect: null,
    asset_kind: type === "assets" ? "other" : "",
    questions: [],
  };
}

export function blankChoice(code: string): Choice {
  return { code, label: "", points: null, fails: false, when: null };
}

export function blankSection(code: string): Section {
  return { code, title: "", help: "", relevant: null, scored: true, questions: [] };
}

/** Every code that is taken, of questions and of sections. */
export function takenCodes(definition: Definition): Set<string> {
  return new Set([
    ...definition.sections.map((section) => section.code),
    ...everyQuestion(definition).map(({ question }) => question.code),
  ]);
}

/** `wanted` when it is free; else with the first number behind it that is. */
export function freeCode(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  const [, stem = "q", number = "1"] = /^(.*?)_?(\d*)$/.exec(wanted) ?? [];
  const join = /\d$/.test(stem) || stem.length > 2 ? "_" : "";
  for (let next = Number(number || 1) + 1; ; next += 1) {
    const code = `${stem || "q"}${join}${next}`;
    if (!taken.has(code)) return code;
  }
}

/** The code that a new question of a section gets: the letter and number after the last of them. */
function nextCode(definition: Definition, section: Section): string {
  const last = section.questions.at(-1)?.code ?? "";
  const taken = takenCodes(definition);
  return freeCode(taken, /\d$/.test(last) ? last : `${section.code}1`);
}

function replaceAt<T>(list: readonly T[], index: number, change: (item: T) => T): T[] {
  return list.map((item, each) => (each === index ? change(item) : item));
}

export function changeSection(definition: Definition, at: At, changes: Partial<Section>): Definition {
  const sections = replaceAt(definition.sections, at[0] ?? -1, (section) => ({ ...section, ...changes }));
  return { ...definition, sections };
}

export function changeQuestion(definition: Definition, at: At, changes: Partial<Question>): Definition {
  return inList(definition, at, (list, index) => replaceAt(list, index, (question) => ({ ...question, ...changes })));
}

/** Changes the list of questions in which the last step of `at` is an index. */
function inList(
  definition: Definition,
  at: At,
  change: (list: readonly Question[], index: number) => Question[],
): Definition {
  const [s = -1, q = -1, i] = at;
  const section = definition.sections[s];
  if (!section || at.length < 2) return definition;
  const questions =
    i === undefined
      ? change(section.questions, q)
      : replaceAt(section.questions, q, (outer) => ({ ...outer, questions: change(outer.questions, i) }));
  return changeSection(definition, [s], { questions });
}

function inserted<T>(list: readonly T[], index: number, item: T): T[] {
  return [...list.slice(0, index), item, ...list.slice(index)];
}

function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, each) => each !== index);
}

/** A new section behind the one at `at`, or at the end. */
export function addSection(definition: Definition, at: At): Edited {
  const index = at.length ? (at[0] ?? 0) + 1 : definition.sections.length;
  const code = freeCode(takenCodes(definition), nextLetter(definition));
  return {
    definition: { ...definition, sections: inserted(definition.sections, index, blankSection(code)) },
    at: [index],
  };
}

/** The first capital letter that no section is called by; "S1" where all are taken. */
function nextLetter(definition: Definition): string {
  const taken = takenCodes(definition);
  const letters = Array.from({ length: 26 }, (_, number) => String.fromCharCode(65 + number));
  return letters.find((letter) => !taken.has(letter)) ?? "S1";
}

/** A new question behind the one at `at`, or at the end of the section at `at`. */
export function addQuestion(definition: Definition, at: At, type: QuestionType): Edited {
  const section = sectionAt(definition, at);
  if (!section) return { definition, at };
  const question = blankQuestion(nextCode(definition, section), type);
  const place = at.length === 1 ? [at[0] ?? 0, section.questions.length] : [...at.slice(0, -1), (at.at(-1) ?? 0) + 1];
  return { definition: inList(definition, place, (list, index) => inserted(list, index, question)), at: place };
}

/** A new question that is asked of each instance of the repeat at `at`. */
export function addInside(definition: Definition, at: At, type: QuestionType): Edited {
  const outer = questionAt(definition, at);
  if (!outer || at.length !== 2) return { definition, at };
  const last = outer.questions.at(-1)?.code ?? `${outer.code}_1`;
  const question = blankQuestion(freeCode(takenCodes(definition), last), type);
  const place = [...at, outer.questions.length];
  return { definition: inList(definition, place, (list, index) => inserted(list, index, question)), at: place };
}

/** One place up (-1) or down (1). A question at the edge of its section goes on into the next one. */
export function move(definition: Definition, at: At, by: 1 | -1): Edited {
  const index = at.at(-1) ?? -1;
  const still = { definition, at };
  if (at.length === 1) {
    if (!definition.sections[index] || !definition.sections[index + by]) return still;
    return {
      definition: { ...definition, sections: swapped(definition.sections, index, index + by) },
      at: [index + by],
    };
  }
  if (!questionAt(definition, at)) return still;
  const siblings =
    at.length === 3 ? questionAt(definition, at.slice(0, 2))?.questions : sectionAt(definition, at)?.questions;
  if (siblings?.[index + by]) {
    const place = [...at.slice(0, -1), index + by];
    return { definition: inList(definition, at, (list) => swapped(list, index, index + by)), at: place };
  }
  if (at.length === 3) return still;
  const target = (at[0] ?? 0) + by;
  const section = definition.sections[target];
  return section ? moveTo(definition, at, [target, by > 0 ? 0 : section.questions.length]) : still;
}

function swapped<T>(list: readonly T[], one: number, other: number): T[] {
  const next = [...list];
  const [a, b] = [list[one], list[other]];
  if (a !== undefined && b !== undefined) [next[one], next[other]] = [b, a];
  return next;
}

/** Takes a question to a place of another section. */
export function moveTo(definition: Definition, at: At, place: At): Edited {
  const question = questionAt(definition, at);
  if (!question || !sectionAt(definition, place) || at.length !== 2 || place[0] === at[0]) return { definition, at };
  const taken = inList(definition, at, (list, index) => without(list, index));
  return { definition: inList(taken, place, (list, index) => inserted(list, index, question)), at: place };
}

/** A copy behind the original, with codes of its own; its rules about itself follow the new codes. */
export function duplicate(definition: Definition, at: At): Edited {
  const taken = takenCodes(definition);
  const codes = new Map<string, string>();
  for (const code of codesWithin(definition, at)) {
    const fresh = freeCode(taken, code);
    taken.add(fresh);
    codes.set(code, fresh);
  }
  const index = at.at(-1) ?? 0;
  const place = [...at.slice(0, -1), index + 1];
  const section = at.length === 1 ? sectionAt(definition, at) : null;
  if (section) {
    const copy = { ...section, code: freeCode(taken, section.code) };
    const questions = section.questions.map((question) => recoded(question, codes));
    return {
      definition: { ...definition, sections: inserted(definition.sections, index + 1, { ...copy, questions }) },
      at: place,
    };
  }
  const question = questionAt(definition, at);
  if (!question) return { definition, at };
  return {
    definition: inList(definition, place, (list, where) => inserted(list, where, recoded(question, codes))),
    at: place,
  };
}

function recoded(question: Question, codes: ReadonlyMap<string, string>): Question {
  return {
    ...mapQuestionRules(question, (condition) => ({
      ...condition,
      question: codes.get(condition.question) ?? condition.question,
    })),
    code: codes.get(question.code) ?? question.code,
    questions: question.questions.map((inner) => recoded(inner, codes)),
  };
}

type ChangeCondition = (condition: Condition) => Rule | null;

/** A question with the conditions of all its own rules changed; not those of questions within it. */
function mapQuestionRules(question: Question, change: ChangeCondition): Question {
  return {
    ...question,
    relevant: mapRule(question.relevant, change),
    required_when: mapRule(question.required_when, change),
    constraint: mapRule(question.constraint, change),
    choices: question.choices.map((choice) => ({ ...choice, when: mapRule(choice.when, change) })),
  };
}

/** Changes every condition of the checklist; one that becomes null is taken out of its rule. */
export function mapConditions(definition: Definition, change: ChangeCondition): Definition {
  const deep = (question: Question): Question => ({
    ...mapQuestionRules(question, change),
    questions: question.questions.map(deep),
  });
  return {
    ...definition,
    sections: definition.sections.map((section) => ({
      ...section,
      relevant: mapRule(section.relevant, change),
      questions: section.questions.map(deep),
    })),
  };
}

/** Takes away what stands at a place; rules elsewhere lose their conditions about it. */
export function remove(definition: Definition, at: At): Edited {
  const gone = codesWithin(definition, at);
  const index = at.at(-1) ?? -1;
  const rest =
    at.length === 1
      ? { ...definition, sections: without(definition.sections, index) }
      : inList(definition, at, (list, where) => without(list, where));
  const cleaned = mapConditions(rest, (condition) => (gone.has(condition.question) ? null : condition));
  const before = index > 0 ? [...at.slice(0, -1), index - 1] : at.slice(0, -1);
  return { definition: cleaned, at: before };
}

/** A question under another code; every rule about it follows. Refused (unchanged) where the code is no good. */
export function renameQuestion(definition: Definition, at: At, code: string): Definition {
  const question = questionAt(definition, at);
  if (!question || !isCode(code) || takenCodes(definition).has(code)) return definition;
  const renamed = changeQuestion(definition, at, { code });
  return mapConditions(renamed, (condition) =>
    condition.question === question.code ? { ...condition, question: code } : condition,
  );
}

/** A choice under another code; rules about it and the values that offer a defect follow. */
export function renameChoice(definition: Definition, at: At, index: number, code: string): Definition {
  const question = questionAt(definition, at);
  const before = question?.choices[index]?.code;
  if (!question || before === undefined || question.choices.some((choice) => choice.code === code)) return definition;
  const choices = replaceAt(question.choices, index, (choice) => ({ ...choice, code }));
  const defect = question.defect && {
    ...question.defect,
    when: question.defect.when.map((value) => (value === before ? code : value)),
  };
  return mapConditions(changeQuestion(definition, at, { choices, defect }), (condition) =>
    condition.question === question.code && condition.value === before ? { ...condition, value: code } : condition,
  );
}

/** Takes a choice away; rules lose their conditions about it. */
export function removeChoice(definition: Definition, at: At, index: number): Definition {
  const question = questionAt(definition, at);
  const gone = question?.choices[index]?.code;
  if (!question || gone === undefined) return definition;
  const defect = question.defect && {
    ...question.defect,
    when: question.defect.when.filter((value) => value !== gone),
  };
  return mapConditions(
    changeQuestion(definition, at, { choices: without(question.choices, index), defect }),
    (condition) => (condition.question === question.code && condition.value === gone ? null : condition),
  );
}

export function moveChoice(definition: Definition, at: At, index: number, by: 1 | -1): Definition {
  const choices = questionAt(definition, at)?.choices;
  if (!choices?.[index] || !choices[index + by]) return definition;
  return changeQuestion(definition, at, { choices: swapped(choices, index, index + by) });
}

/** A question of another type: words and rules stay, what the new type can't have goes. */
export function changeType(definition: Definition, at: At, type: QuestionType): Definition {
  const question = questionAt(definition, at);
  if (!question || question.type === type) return definition;
  const blank = blankQuestion(question.code, type);
  const listed = HAS_CHOICES.has(type) && HAS_CHOICES.has(question.type);
  const inner = HAS_INNER.has(type) ? question.questions : [];
  const limits = HAS_LIMITS.has(type);
  const gone = new Set(HAS_INNER.has(type) ? [] : question.questions.map((each) => each.code));
  const changed = changeQuestion(definition, at, {
    type,
    choices: listed ? question.choices : blank.choices,
    questions: inner,
    unit: limits ? question.unit : "",
    least: limits ? question.least : null,
    most: limits ? question.most : null,
    weight: listed ? question.weight : blank.weight,
    // The values that offered it were those of the other type.
    defect: listed ? question.defect : null,
    asset_kind: blank.asset_kind,
  });
  return gone.size === 0
    ? changed
    : mapConditions(changed, (condition) => (gone.has(condition.question) ? null : condition));
}
