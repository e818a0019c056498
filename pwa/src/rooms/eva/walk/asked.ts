/** The questions of a walk in the order in which they are asked, and how far it is. Pure. */
import type { Answers, Definition, Question, Section, Value } from "../questions/definition";
import { isGroup, keyOf } from "../questions/definition";
import type { Asking } from "../questions/rules";

/** One thing to ask: a question at the top, one of a group's instances, or a group that has none yet. */
export interface Asked {
  key: string;
  question: Question;
  /** "" at the top. */
  instance: string;
  section: Section;
  /** The group that it is asked in, and what this one of it is called. */
  group: Question | null;
  label: string;
  value: Value;
  answered: boolean;
  required: boolean;
}

export interface SectionProgress {
  section: Section;
  answered: number;
  asked: number;
  /** Has to be answered and is not. */
  missing: number;
}

/** Everything that is asked, given these answers, in the checklist's order. */
export function askedOf(asking: Asking, answers: Answers): Asked[] {
  const one = (section: Section, question: Question, instance: string, group: Question | null): Asked | null => {
    const key = keyOf(question.code, instance);
    if (!asking.asked.has(key)) return null;
    const value = answers.get(key) ?? null;
    const within = group ? answers.get(keyOf(group.code, instance)) : null;
    const label = within && typeof within === "object" && "label" in within ? within.label : "";
    const answered = asking.isAnswered(question, instance);
    const required = asking.isNeeded(question, instance);
    return { key, question, instance, section, group, label, value, answered, required };
  };
  const found: (Asked | null)[] = [];
  for (const section of asking.definition.sections) {
    for (const question of section.questions) {
      found.push(one(section, question, "", null));
      if (!isGroup(question)) continue;
      for (const instance of asking.instances(question.code)) {
        for (const inner of question.questions) found.push(one(section, inner, instance, question));
      }
    }
  }
  return found.filter((each) => each !== null);
}

/** How far each section is that asks anything. */
export function progressOf(definition: Definition, asked: readonly Asked[]): SectionProgress[] {
  return definition.sections
    .map((section) => {
      const own = asked.filter((each) => each.section === section);
      const answered = own.filter((each) => each.answered).length;
      const missing = own.filter((each) => each.required && !each.answered).length;
      return { section, answered, asked: own.length, missing };
    })
    .filter((each) => each.asked > 0);
}

/**
 * What to ask now: the first unanswered one from where the person is on, in the sections that are theirs;
 * what they put off (`later`, by key) comes last. Null when everything is answered or put off for good.
 */
export function nextOf(
  asked: readonly Asked[],
  { sections, later, from }: { sections: readonly string[] | null; later: ReadonlySet<string>; from: string | null },
): Asked | null {
  const open = asked.filter((each) => !each.answered && (sections === null || sections.includes(each.section.code)));
  const fresh = open.filter((each) => !later.has(each.key));
  const start = from === null ? -1 : asked.findIndex((each) => each.key === from);
  const place = new Map(asked.map((each, index) => [each.key, index]));
  return (
    fresh.find((each) => (place.get(each.key) ?? 0) > start) ??
    fresh[0] ??
    open.find((each) => !isGroup(each.question)) ??
    null
  );
}

/** The defect's category that this answer offers to report, or null. */
export function offeredDefect(question: Question, value: Value): string | null {
  const { defect } = question;
  if (!defect || value === null) return null;
  const said = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [String(value)];
  return said.some((one) => defect.when.includes(one)) ? defect.category : null;
}

/** What the other door of a pair is. */
const PAIRS: Record<string, string> = { door_front: "door_rear", door_rear: "door_front" };

export interface Pair {
  /** The group in which it is missing. */
  group: Question;
  /** What its other half was called. */
  label: string;
  words: string;
}

/** Doors whose other half of the same name has not been looked at: front without rear, rear without front. */
export function openPairs(asking: Asking, answers: Answers): Pair[] {
  const groups = asking.definition.sections.flatMap((section) => section.questions).filter(isGroup);
  const labels = (group: Question) =>
    asking.instances(group.code).map((instance) => {
      const value = answers.get(keyOf(group.code, instance));
      return value && typeof value === "object" && "label" in value ? value.label : "";
    });
  return groups.flatMap((group) => {
    const other = groups.find((each) => each.asset_kind === PAIRS[group.asset_kind]);
    if (!other || !asking.asked.has(other.code)) return [];
    const there = new Set(labels(other).map((label) => label.trim().toLowerCase()));
    return labels(group)
      .filter((label) => label && !there.has(label.trim().toLowerCase()))
      .map((label) => {
        const side = other.asset_kind === "door_rear" ? "rear" : "front";
        return { group: other, label, words: `The ${side} door of ${label} has not been looked at yet` };
      });
  });
}
