import { ask } from "../../../api/client";
import { NOTHING_CHANGED } from "../../../api/words";

/** What became of something that was sent: the answer, or why not and which fields are wrong. */
export type Saved<T> = { data: T; failed: null } | { data: null; failed: string; errors: Record<string, string> };

/** Sends a change of a plan. */
export async function save<T>(path: string, json: unknown, method: "POST" | "PATCH" = "POST"): Promise<Saved<T>> {
  const answer = await ask<T>(path, { method, json });
  if (answer.kind === "ok") return { data: answer.data, failed: null };
  if (answer.kind !== "problem") return { data: null, failed: NOTHING_CHANGED, errors: {} };
  const { problem } = answer;
  const errors = Object.fromEntries((problem.errors ?? []).map((one) => [one.field, one.message]));
  return { data: null, failed: problem.detail ?? problem.title, errors };
}
