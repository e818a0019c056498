import type { Answer } from "../../../api/client";
import type { Person } from "../../../api/types";
import { NOTHING_CHANGED } from "../../../api/words";

/** Managers and administrators write rules, whoever asks; the server knows which of them are the council's. */
export function makesRules(person: Person | null): boolean {
  return person?.role === "manager" || person?.role === "administrator";
}

/** Why something was not kept: in words, and by the field that is wrong. */
export function problemsOf(answer: Answer<unknown>): { words: string; errors: Record<string, string> } {
  if (answer.kind !== "problem") {
    return { words: NOTHING_CHANGED, errors: {} };
  }
  const { problem } = answer;
  const errors = Object.fromEntries((problem.errors ?? []).map((one) => [one.field, one.message]));
  return { words: problem.detail ?? problem.title, errors };
}
