/**
 * One way to ask the server, which trusts an answer only when it proves to be ours: a captive
 * portal answers 200 too, and must never empty the outbox. Ours is an answer with our header AND a
 * body that can be read and has the promised shape; a body cut short is no network. Works in a
 * window and in the service worker.
 */
import type { Problem } from "./types";

/** What this app speaks. A server that says less in `X-Sightline-Api`, or nothing, is older. */
export const API_VERSION = 2;

/** What every answer of ours brings along. */
interface Ours {
  status: number;
  headers: Headers;
  /** The server's own `X-Sightline-Api`; 0 when it says none. */
  api: number;
}

export type Answer<T> =
  /** The server did it. `etag` is its version of the answer, `sentAt`/`gotAt` this phone's clock. */
  | ({ kind: "ok"; data: T; etag: string | null; sentAt: number; gotAt: number } & Ours)
  /** The server refused, and said why. */
  | ({ kind: "problem"; problem: Problem; retryAfterS: number | null } & Ours)
  /** Somebody answered, but not our server. */
  | { kind: "stranger"; status: number }
  /** Nobody answered, or not to the end. */
  | { kind: "offline" };

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "HEAD" | "DELETE";
  json?: unknown;
  /** JSON that is already written. */
  text?: string;
  body?: ArrayBuffer | Uint8Array<ArrayBuffer> | Blob | FormData;
  headers?: Record<string, string>;
  timeoutMs?: number;
  /** Whose work this is: the server refuses it when somebody else is signed in. */
  person?: string;
  /** Whether what came has the promised shape; what hasn't is a stranger's. */
  shape?: (data: unknown) => boolean;
}

/** One answer of our server, as the phone's clock saw it. Milliseconds. */
export interface Heard {
  /** The server's clock when it answered, since 1970; null: it did not say. */
  server_ms: number | null;
  /** How exact the server's word is: an older server tells only the second. */
  server_within_ms: number;
  got_ms: number;
  /** From the question to the beginning of the answer, by a clock that never jumps. */
  round_trip_ms: number;
  api: number;
  /** Code of the problem, or null when it was none. */
  code: string | null;
}

const listeners = new Set<(heard: Heard) => void>();
let deviceId = "";

/** Calls `listener` for every answer that is ours: 304s and problems too. */
export function onHeard(listener: (heard: Heard) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Names this phone in every request from now on. */
export function nameDevice(id: string): void {
  deviceId = id;
}

interface CookieReader {
  get(name: string): Promise<{ value?: string } | null>;
}

/** The token that changing requests need; a service worker reads it where the browser lets it. */
export async function csrfToken(): Promise<string> {
  const here = globalThis as { document?: { cookie: string }; cookieStore?: CookieReader };
  if (here.document) return /(?:^|;\s*)csrftoken=([^;]+)/.exec(here.document.cookie)?.[1] ?? "";
  return (await here.cookieStore?.get("csrftoken"))?.value ?? "";
}

/** Seconds from a Retry-After header in either of its two forms, or null. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}

const NOTHING = Symbol("nothing");

/** The body as JSON; NOTHING when it was cut short or is something else. */
async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return NOTHING;
  }
}

async function readProblem(response: Response, bodiless: boolean): Promise<Problem | null> {
  const { status } = response;
  if (bodiless) return { type: "about:blank", title: "The server could not do this", status, code: `http_${status}` };
  const body = (await readJson(response)) as Partial<Problem> | null | typeof NOTHING;
  if (typeof body !== "object" || typeof body?.code !== "string") return null;
  return { type: "about:blank", title: "The server could not do this", ...body, status, code: body.code };
}

/** The server's clock by an answer, and how exact that is. */
function timeIn(headers: Headers): { server_ms: number | null; server_within_ms: number } {
  const exact = Number(headers.get("X-Sightline-Time") ?? Number.NaN);
  if (exact > 0) return { server_ms: exact, server_within_ms: 0 };
  const second = Date.parse(headers.get("Date") ?? "");
  if (Number.isNaN(second)) return { server_ms: null, server_within_ms: 0 };
  return { server_ms: second + 500, server_within_ms: 500 };
}

function tell(headers: Headers, got_ms: number, round_trip_ms: number, api: number, code: string | null): void {
  const heard: Heard = { ...timeIn(headers), got_ms, round_trip_ms, api, code };
  for (const listener of listeners) listener(heard);
}

async function fetched(path: string, how: Ask, method: string): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...how.headers };
  if (deviceId) headers["X-Sightline-Device"] = deviceId;
  if (how.person) headers["X-Sightline-Person"] = how.person;
  if (method !== "GET" && method !== "HEAD") headers["X-CSRFToken"] = await csrfToken();
  const text = how.json === undefined ? how.text : JSON.stringify(how.json);
  if (text !== undefined) headers["Content-Type"] = "application/json";
  return fetch(path, {
    method,
    headers,
    body: text ?? how.body,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(how.timeoutMs ?? 30_000),
  });
}

/** Why it was not done, in words; null when it was. `unheard`: what to say when the server was not reached. */
export function failure(answer: Answer<unknown>, unheard: string): string | null {
  if (answer.kind === "ok") return null;
  return answer.kind === "problem" ? (answer.problem.detail ?? answer.problem.title) : unheard;
}

export async function ask<T>(path: string, how: Ask = {}): Promise<Answer<T>> {
  const method = how.method ?? "GET";
  const sentAt = Date.now();
  const began = performance.now();
  let response: Response;
  try {
    response = await fetched(path, how, method);
  } catch {
    return { kind: "offline" };
  }
  const roundTripMs = performance.now() - began;
  const gotAt = Date.now();
  const { status, headers } = response;
  if (!headers.has("X-Sightline")) return { kind: "stranger", status };
  const api = Number.parseInt(headers.get("X-Sightline-Api") ?? "0", 10) || 0;
  const ours: Ours = { status, headers, api };
  if (!response.ok && status !== 304) {
    const problem = await readProblem(response, method === "HEAD");
    if (!problem) return { kind: "offline" };
    tell(headers, gotAt, roundTripMs, api, problem.code);
    const retryAfterS = retryAfterSeconds(headers.get("Retry-After"), gotAt);
    return { kind: "problem", problem, retryAfterS, ...ours };
  }
  const empty = method === "HEAD" || status === 204 || status === 304;
  const data = empty ? null : await readJson(response);
  if (data === NOTHING) return { kind: "offline" };
  if (!empty && how.shape && !how.shape(data)) return { kind: "stranger", status };
  tell(headers, gotAt, roundTripMs, api, null);
  return { kind: "ok", data: data as T, etag: headers.get("ETag"), sentAt, gotAt, ...ours };
}
