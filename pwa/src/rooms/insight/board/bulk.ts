/** What a desk asks for many jobs at once, and what came of it in words. Pure. */
import type { BoardRow, BulkAnswer, Crews } from "./shapes";

export type BulkAction = "assign" | "defer" | "reroute";

export interface BulkWish {
  action: BulkAction;
  job_ids: string[];
  versions: Record<string, number>;
  note: string;
  team_id?: string | null;
  person_id?: string | null;
  until?: string | null;
  organisation_id?: string;
  service_level?: string;
}

/** What is common to every wish: which jobs, and the versions that the desk saw. */
export function wishFor(action: BulkAction, rows: readonly BoardRow[], note: string): BulkWish {
  return {
    action,
    job_ids: rows.map((row) => row.id),
    versions: Object.fromEntries(rows.map((row) => [row.id, row.version])),
    note: note.trim(),
  };
}

/** "team:…", "person:…" or "nobody" from the list of whom work can be given to. */
export function givenTo(choice: string): Pick<BulkWish, "team_id" | "person_id"> {
  const [kind, id = ""] = choice.split(":");
  if (kind === "team") return { team_id: id, person_id: null };
  if (kind === "person") return { person_id: id };
  return { team_id: null, person_id: null };
}

/** The one organisation that all of these jobs are with, or null. */
export function oneOwner(rows: readonly BoardRow[], crews: readonly Crews[]): Crews | null {
  const owners = new Set(rows.map((row) => row.organisation.id));
  return owners.size === 1 ? (crews.find((one) => owners.has(one.id)) ?? null) : null;
}

export function jobsInWords(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

const DONE: Record<BulkAction, string> = { assign: "given", defer: "put off", reroute: "sent elsewhere" };

/** "3 jobs given to North crew. 1 job was left as it was." */
export function outcomeInWords(answer: BulkAnswer, where: string): string {
  const { done, refused } = answer;
  const did = done.length > 0 ? `${jobsInWords(done.length)} ${DONE[answer.action]}${where ? ` ${where}` : ""}.` : "";
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
