/**
 * Which answer to a question counts when several people answered. Pure; the twin of audits/standing.py:
 * what one of them learns, the other has to. What counts depends on what was said, by whom and when,
 * never on the order in which phones sent it.
 */
import type { AnswerValue, AuditAnswer } from "../../../api/types";
import { keyOf } from "../questions/definition";

export interface Standing {
  value: AnswerValue;
  answer: AuditAnswer;
  /** The rest, oldest first: given too, and they do not count, or differ. */
  others: AuditAnswer[];
  /** Nothing is decided: `answer` is then only the newest of those that differ. */
  differs: boolean;
  /** What has to be reconciled, one answer of each person; empty where nothing differs. */
  between: AuditAnswer[];
  chosen: boolean;
}

/** By `keyOf(question, instance)`; what nobody answered, or what was taken back, is not in it. */
export function standing(
  answers: readonly AuditAnswer[],
  mayDiffer: ReadonlySet<string> = new Set(),
): Map<string, Standing> {
  const byKey = new Map<string, AuditAnswer[]>();
  for (const answer of answers) {
    const key = keyOf(answer.question, answer.instance);
    const own = byKey.get(key);
    if (own) own.push(answer);
    else byKey.set(key, [answer]);
  }
  const found = new Map<string, Standing>();
  for (const [key, said] of byKey) {
    const one = ofOne(said, mayDiffer.has(said[0]?.question ?? ""));
    if (one) found.set(key, one);
  }
  return found;
}

/** Times are compared as instants: a phone writes milliseconds, the server microseconds. */
function inOrder(a: AuditAnswer, b: AuditAnswer): number {
  return Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The latest choice: of several of one instant the one of the larger id, as the server has it. */
function newestChoice(said: readonly AuditAnswer[]): AuditAnswer | null {
  const chosen = said.filter((one) => one.chosen);
  const at = (one: AuditAnswer) => Date.parse(one.chosen_at ?? one.at);
  return chosen.sort((a, b) => at(b) - at(a) || (a.id < b.id ? 1 : -1))[0] ?? null;
}

function ofOne(said: AuditAnswer[], mayDiffer: boolean): Standing | null {
  const choice = newestChoice(said);
  const counting = candidates(said, choice)
    .filter((one) => one.value !== null)
    .sort(inOrder);
  const first = counting[0];
  const newest = counting.at(-1);
  if (!first || !newest) return null;
  const alike = new Set(counting.map((one) => sameText(one.value)));
  const differs = alike.size > 1 && !mayDiffer;
  const decided = choice !== null && !differs && counting.includes(choice);
  const answer = decided ? choice : alike.size > 1 ? newest : first;
  const others = said.filter((one) => one !== answer).sort(inOrder);
  return { value: answer.value, answer, others, differs, between: differs ? counting : [], chosen: decided };
}

/** Of each person the newest, without what somebody else replaced having seen it. */
function candidates(said: readonly AuditAnswer[], choice: AuditAnswer | null): AuditAnswer[] {
  const chosenAt = choice ? Date.parse(choice.chosen_at ?? choice.at) : Number.NEGATIVE_INFINITY;
  const newest = new Map<string, AuditAnswer>();
  for (const one of [...said].sort(inOrder)) if (Date.parse(one.at) > chosenAt) newest.set(one.by.id, one);
  if (choice && !newest.has(choice.by.id)) newest.set(choice.by.id, choice);
  const all = [...newest.values()];
  const replaced = replacedBy(all, new Map(said.map((one) => [one.id, one])));
  const left = all.filter((one) => !replaced.has(one.id));
  // Phones that claim to have seen each other's answer first can't make both disappear.
  return left.length > 0 ? left : all;
}

function replacedBy(newest: readonly AuditAnswer[], byId: ReadonlyMap<string, AuditAnswer>): Set<string> {
  const found = new Set<string>();
  for (const one of newest) {
    const seen = new Set([one.id]);
    for (let before = one.based_on; before !== null && !seen.has(before); ) {
      const answer = byId.get(before);
      if (!answer) break;
      seen.add(before);
      found.add(before);
      before = answer.based_on;
    }
  }
  return found;
}

/** Equal for answers that say the same: the order in which choices were tapped says nothing. */
export function sameText(value: AnswerValue): string {
  if (Array.isArray(value)) {
    const words = value.every((one) => typeof one === "string");
    return JSON.stringify(words ? [...(value as string[])].sort() : value.map(sortedFields));
  }
  return JSON.stringify(typeof value === "object" ? sortedFields(value) : value);
}

function sortedFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
