/**
 * What an answer means for the outbox. Pure: an answer goes in, the next state comes out. Nothing
 * here ever drops an operation; only a person may throw one away.
 */
import { type Answer, API_VERSION } from "../api/client";
import type { PushAnswer, PushResult } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import type { Hindrance } from "./state";

/** Why sending stops for now, and for how long at least (seconds; null: the usual back-off). */
export interface Stop {
  hindrance: Exclude<Hindrance, null>;
  waitS: number | null;
  /** The server failed on what was sent (500): perhaps one thing in it is to blame. */
  suspect: boolean;
}

export interface Next {
  changed: OutboxItem[];
  stop: Stop | null;
  /** The whole request was refused: send it in halves, to find the one to blame. */
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

/** What a server says that doesn't know yet what this app can do. */
const NOT_KNOWN_YET: ReadonlySet<string> = new Set(["unknown_operation", "unknown_field"]);
export const SERVER_OLDER = "server_older";
const SERVER_OLDER_WORDS = "The server is older than this app; kept until it is updated";
/** The server failed on this very item: it is asked about alone, so that it delays nobody. */
export const SERVER_FAULT = "server_fault";
export const CONFLICT_KEPT = "conflict_kept";

function stops(hindrance: Stop["hindrance"], waitS: number | null = null, suspect = false): Stop {
  return { hindrance, waitS, suspect };
}

/** Answers that say nothing about the thing itself; null when the answer is about it. */
export function hindered(answer: Answer<unknown>): Stop | null {
  if (answer.kind === "offline") return stops("no_signal");
  // A page of a proxy's before our server says 502, 503 or 504; a portal's says anything else.
  if (answer.kind === "stranger") return stops(answer.status >= 500 ? "server_trouble" : "not_our_server");
  if (answer.kind !== "problem") return null;
  if (answer.status === 401 || SESSION_PROBLEMS.has(answer.problem.code)) return stops("sign_in");
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) {
    return stops("server_trouble", answer.retryAfterS, answer.status === 500);
  }
  return null;
}

function reasonOf(result: PushResult): string {
  const fields = result.errors?.map((error) => error.message).filter(Boolean) ?? [];
  return result.detail || fields.join(" ") || result.code || "The server did not accept this";
}

function older(item: OutboxItem): OutboxItem {
  return { ...item, tries: item.tries + 1, reason: SERVER_OLDER_WORDS, code: SERVER_OLDER };
}

function afterResult(item: OutboxItem, result: PushResult, nowIso: string, api: number): OutboxItem {
  const received_at = result.received_at ?? item.received_at;
  switch (result.status) {
    case "applied":
    case "repeated": {
      const number = result.subject?.number ?? item.number;
      return { ...item, state: "sent", reason: null, code: null, sent_at: nowIso, received_at, number };
    }
    case "conflict":
      return { ...item, state: "conflict", reason: reasonOf(result), code: result.code, received_at };
    case "rejected":
      if (api < API_VERSION && NOT_KNOWN_YET.has(result.code ?? "")) return older(item);
      return { ...item, state: "refused", reason: reasonOf(result), code: result.code, received_at };
    default:
      // Waiting, or a word of a newer server: it has it, and is asked again.
      return { ...item, tries: item.tries + 1, reason: result.detail, code: "waiting", received_at };
  }
}

/** What becomes of the operations that were pushed. Those without a result stay as they are. */
export function afterPush(sent: readonly OutboxItem[], answer: Answer<PushAnswer>, nowIso: string): Next {
  const stop = hindered(answer);
  if (stop) return { changed: [], stop, isolate: false };
  if (answer.kind === "ok") {
    const results = new Map(answer.data.results.map((result) => [result.id, result]));
    const changed = sent.flatMap((item) => {
      const result = results.get(item.id);
      return result ? [afterResult(item, result, nowIso, answer.api)] : [];
    });
    return { changed, stop: null, isolate: false };
  }
  if (answer.kind !== "problem") return { changed: [], stop: stops("server_trouble"), isolate: false };
  const { problem, status, api } = answer;
  const noDoor = status === 404 || status === 405;
  const isOlder = api < API_VERSION && (noDoor || NOT_KNOWN_YET.has(problem.code));
  // There is no door at all: that is about the server, never about what one warden wrote.
  if (noDoor && !isOlder) return { changed: [], stop: stops("server_trouble"), isolate: false };
  if (sent.length > 1) return { changed: [], stop: null, isolate: true };
  if (isOlder) return { changed: sent.map(older), stop: null, isolate: false };
  const reason = problem.detail || problem.errors?.map((e) => e.message).join(" ") || problem.title;
  const changed = sent.map((item) => ({ ...item, state: "refused" as const, reason, code: problem.code }));
  return { changed, stop: null, isolate: false };
}

export interface PhotoAnswer {
  id: string;
  /** Of what is stored, once it is whole. */
  sha256?: string;
  size_bytes?: number;
  state?: string;
  /** How much there is, while it is not. */
  offset?: number;
}

/** What to do next about one photo. */
export type PhotoStep =
  /** The server durably has these very bytes: the phone may free its own. */
  | { do: "free" }
  /** Send the bytes from `offset` on; 0: the whole. */
  | { do: "send"; offset: number }
  /** Leave it for a later run. `unknown`: the server doesn't know its record. */
  | { do: "wait"; reason: string | null; offset: number; unknown: boolean }
  /** What arrived is not what was sent: look whether the phone's own bytes are still right. */
  | { do: "check" }
  | { do: "refuse"; reason: string }
  | { do: "stop"; stop: Stop };

type Kept = Pick<LocalPhoto, "sha256" | "size_bytes" | "offset" | "reason">;

function offsetOf(headers: Headers): number | null {
  const offset = Number(headers.get("Upload-Offset") ?? Number.NaN);
  return Number.isInteger(offset) && offset >= 0 ? offset : null;
}

/** From where to go on: a beginning as long as the whole, or longer, is none of ours. */
function from(offset: number | null, photo: Kept): PhotoStep {
  return { do: "send", offset: offset !== null && offset < photo.size_bytes ? offset : 0 };
}

/** After asking how much the server has (HEAD). */
export function afterPhotoAsked(photo: Kept, answer: Answer<null>): PhotoStep {
  const stop = hindered(answer);
  if (stop) return { do: "stop", stop };
  if (answer.kind === "ok") {
    if (answer.headers.get("Upload-Complete") !== "?1") return from(offsetOf(answer.headers), photo);
    return answer.headers.get("X-Content-SHA256") === photo.sha256 ? { do: "free" } : { do: "send", offset: 0 };
  }
  // Only a server that can be asked says by a 404 that it doesn't know the record; an older one can't.
  if (answer.kind === "problem" && answer.status === 404 && answer.api >= API_VERSION) {
    return { do: "wait", reason: photo.reason, offset: 0, unknown: true };
  }
  return { do: "send", offset: 0 };
}

/** After sending bytes (PUT the whole, PATCH the rest from `sentFrom`). */
export function afterPhotoSent(photo: Kept, answer: Answer<PhotoAnswer>, sentFrom: number): PhotoStep {
  const stop = hindered(answer);
  if (stop) return { do: "stop", stop };
  if (answer.kind === "ok") {
    const { sha256, offset } = answer.data;
    if (sha256 === photo.sha256) return { do: "free" };
    if (sha256 === undefined && offset !== undefined && offset > sentFrom) return from(offset, photo);
    return {
      do: "wait",
      reason: "The server holds something else than this photo. It stays here.",
      offset: 0,
      unknown: false,
    };
  }
  if (answer.kind !== "problem") return { do: "stop", stop: stops("server_trouble") };
  const { status, problem } = answer;
  if (problem.code === "wrong_offset") return from(offsetOf(answer.headers), photo);
  if (problem.code === "hash_mismatch") return { do: "check" };
  // Its record isn't known there yet, or an older server has no door for the rest of a photo.
  if (status === 404) return { do: "wait", reason: photo.reason, offset: 0, unknown: true };
  if (sentFrom > 0 && (status === 405 || status === 415)) return { do: "send", offset: 0 };
  return { do: "refuse", reason: problem.detail || problem.title };
}
