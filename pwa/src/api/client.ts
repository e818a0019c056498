/**
 * One way to ask the server, which trusts an answer only when it proves to be ours: a captive
 * portal answers 200 too, and must never empty the outbox.
 */
import type { Problem } from "./types";

export type Answer<T> =
  /** The server did it. `etag` is its version of the answer, `sentAt`/`gotAt` this phone's clock. */
  | { kind: "ok"; status: number; data: T; etag: string | null; sentAt: number; gotAt: number }
  /** The server refused, and said why. */
  | { kind: "problem"; status: number; problem: Problem; retryAfterS: number | null }
  /** Somebody answered, but not our server. */
  | { kind: "stranger"; status: number }
  /** Nobody answered. */
  | { kind: "offline" };

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  json?: unknown;
  body?: ArrayBuffer;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** Seconds from a Retry-After header in either of its two forms, or null. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: "about:blank",
    title: "The server could not do this",
    status: response.status,
    code: `http_${response.status}`,
  };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}

export async function ask<T>(path: string, how: Ask = {}): Promise<Answer<T>> {
  const method = how.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json", ...how.headers };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (how.json !== undefined) headers["Content-Type"] = "application/json";
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: how.json === undefined ? how.body : JSON.stringify(how.json),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(how.timeoutMs ?? 30_000),
    });
  } catch {
    return { kind: "offline" };
  }
  if (!response.headers.has("X-Sightline")) {
    return { kind: "stranger", status: response.status };
  }
  if (!response.ok && response.status !== 304) {
    const retryAfterS = retryAfterSeconds(response.headers.get("Retry-After"), Date.now());
    return {
      kind: "problem",
      status: response.status,
      problem: await readProblem(response),
      retryAfterS,
    };
  }
  const empty = response.status === 204 || response.status === 304;
  try {
    const data = (empty ? null : await response.json()) as T;
    const etag = response.headers.get("ETag");
    return { kind: "ok", status: response.status, data, etag, sentAt, gotAt: Date.now() };
  } catch {
    return { kind: "stranger", status: response.status };
  }
}
