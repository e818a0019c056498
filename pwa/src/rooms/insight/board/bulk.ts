/** What came of a change of many jobs, in words, and which rows a range holds. Pure. */
import type { BulkAnswer } from "../../../api/types";
import { CHANGED, type Crews } from "../../../app/job-change";
import type { BoardRow } from "./shapes";

/** The one organisation that all of these jobs are with, or null. */
export function oneOwner(rows: readonly BoardRow[], crews: readonly Crews[]): Crews | null {
  const owners = new Set(rows.map((row) => row.organisation.id));
  return owners.size === 1 ? (crews.find((one) => owners.has(one.id)) ?? null) : null;
}

export function jobsInWords(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

/** "3 jobs given to North crew. 1 job was left as it was." */
export function outcomeInWords(answer: BulkAnswer, where: string): string {
  const { done, refused } = answer;
  const did =
    done.length > 0 ? `${jobsInWords(done.length)} ${CHANGED[answer.action]}${where ? ` ${where}` : ""}.` : "";
  const left =
    refused.length > 0 ? `${jobsInWords(refused.length)} ${refused.length === 1 ? "was" : "were"} left as before.` : "";
  return [did, left].filter(Boolean).join(" ");
}

/** Those of the listed rows from one id to the other, both included, in either direction. */
export function between(ids: readonly string[], from: string | null, to: string): string[] {
  const [a, b] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
