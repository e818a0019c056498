/**
 * What an answer means for the outbox. Pure: an answer goes in, the next state comes out. Nothing
 * here ever drops an operation; only a person may throw one away.
 */
import type { Answer } from "../api/client";
import type { PushAnswer, PushResult } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import type { Hindrance } from "./state";

export interface Next<T> {
  changed: T[];
  hindrance: Hindrance;
  /** Wait at least this long before asking again; null: the usual back-off. */
  waitS: number | null;
  /** The whole request was refused: send its operations one by one to find the one to blame. */
  isolate: boolean;
}

const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 120;

/** Seconds to wait after `failures` failures in a row: 2, 4, 8 … 120, each ± half, by `random`. */
export function backoffS(failures: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random);
}

/** 403s that a fresh token puts right; others are about the thing itself. */
export const SESSION_PROBLEMS: ReadonlySet<string> = new Set(["csrf_failed"]);

function stands<T>(hindrance: Hindrance, waitS: number | null = null): Next<T> {
  return { changed: [], hindrance, waitS, isolate: false };
}

/** Answers that say nothing about the operations themselves; null when the answer is about them. */
function hindered<T>(answer: Answer<unknown>): Next<T> | null {
  if (answer.kind === "offline") return stands("no_signal");
  if (answer.kind === "stranger") return stands("not_our_server");
  if (answer.kind !== "problem") return null;
  if (answer.status === 401 || SESSION_PROBLEMS.has(answer.problem.code)) return stands("sign_in");
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) {
    return stands("server_trouble", answer.retryAfterS);
  }
  return null;
}

function reasonOf(result: PushResult): string {
  const fields = result.errors.map((error) => error.message).filter(Boolean);
  return result.detail || fields.join(" ") || result.code || "The server did not accept this";
}

function afterResult(item: OutboxItem, result: PushResult, nowIso: string): OutboxItem {
  switch (result.status) {
    case "applied":
    case "repeated":
      return {
        ...item,
        state: "sent",
        reason: null,
        code: null,
        sent_at: nowIso,
        number: result.subject?.number ?? item.number,
      };
    case "waiting":
      return { ...item, tries: item.tries + 1, reason: result.detail, code: "waiting" };
    case "conflict":
      return { ...item, state: "conflict", reason: reasonOf(result), code: result.code };
    case "rejected":
      return { ...item, state: "refused", reason: reasonOf(result), code: result.code };
  }
}

/** What becomes of the operations that were pushed. Those without a result stay as they are. */
export function afterPush(sent: readonly OutboxItem[], answer: Answer<PushAnswer>, nowIso: string): Next<OutboxItem> {
  const stop = hindered<OutboxItem>(answer);
  if (stop) return stop;
  if (answer.kind === "ok") {
    if (!Array.isArray(answer.data?.results)) return stands("not_our_server");
    const results = new Map(answer.data.results.map((result) => [result.id, result]));
    const changed = sent.flatMap((item) => {
      const result = results.get(item.id);
      return result ? [afterResult(item, result, nowIso)] : [];
    });
    return { changed, hindrance: null, waitS: null, isolate: false };
  }
  if (answer.kind !== "problem") return stands("server_trouble");
  if (sent.length > 1) return { changed: [], hindrance: null, waitS: null, isolate: true };
  const { problem } = answer;
  const reason = problem.detail || problem.errors?.map((e) => e.message).join(" ") || problem.title;
  const changed = sent.map((item) => ({
    ...item,
    state: "refused" as const,
    reason,
    code: problem.code,
  }));
  return { changed, hindrance: null, waitS: null, isolate: false };
}

export interface PhotoReceipt {
  id: string;
  sha256: string;
  size_bytes: number;
  state: string;
}

/**
 * What becomes of one photo. Its bytes are freed only when the server names the same SHA-256.
 * A photo whose record the server does not know yet (404) simply waits.
 */
export function afterPhoto(photo: LocalPhoto, answer: Answer<PhotoReceipt>): Next<LocalPhoto> {
  const stop = hindered<LocalPhoto>(answer);
  if (stop) return stop;
  if (answer.kind === "ok") {
    if (answer.data?.sha256 === photo.sha256) {
      return {
        changed: [{ ...photo, state: "sent", has_bytes: false, offset: photo.size_bytes, reason: null }],
        hindrance: null,
        waitS: null,
        isolate: false,
      };
    }
    const reason = "The server holds something else than this photo. It stays here.";
    const changed = [{ ...photo, tries: photo.tries + 1, reason }];
    return { changed, hindrance: null, waitS: null, isolate: false };
  }
  if (answer.kind !== "problem") return stands("server_trouble");
  if (answer.status === 404) {
    const changed = [{ ...photo, tries: photo.tries + 1 }];
    return { changed, hindrance: null, waitS: null, isolate: false };
  }
  const reason = answer.problem.detail || answer.problem.title;
  return {
    changed: [{ ...photo, state: "refused", reason, tries: photo.tries + 1 }],
    hindrance: null,
    waitS: null,
    isolate: false,
  };
}
