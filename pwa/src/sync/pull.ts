/** Brings this phone up to date with what its person may see, by the ledger's cursor. */
import { ask } from "../api/client";
import { isChanges, isNews, isReference } from "../api/shapes";
import type { Changes, News, Reference } from "../api/types";
import { getMeta, setMeta } from "../storage/db";
import { allRows, applyChanges, forgetRows } from "../storage/rows";
import { tellOtherTabs } from "./channel";
import { hindered } from "./decide";
import type { Hindrance } from "./state";
import * as state from "./state";

export interface PullOutcome {
  hindrance: Hindrance;
  waitS: number | null;
}

const FINE: PullOutcome = { hindrance: null, waitS: null };
const NEWS_EVERY_MS = 30_000;
const REFERENCE_EVERY_MS = 10 * 60_000;
let newsAt = 0;
let referenceAt = 0;

/** The shape of the rows that this app keeps: rows of another one are thrown away and pulled anew. */
export const ROWS_SCHEMA = 2;

/** Rows, then (rarely) reference data and news. `afresh`: all of them, in the place of those that are here. */
export async function pull(personId: string, afresh = false): Promise<PullOutcome> {
  if (afresh || state.reference.value === null || Date.now() - referenceAt > REFERENCE_EVERY_MS) {
    await pullReference(afresh);
  }
  const outcome = await pullRows(personId, afresh);
  if (outcome.hindrance === null && (afresh || outcome.changed || Date.now() - newsAt > NEWS_EVERY_MS)) {
    await pullNews();
  }
  return { hindrance: outcome.hindrance, waitS: outcome.waitS };
}

async function pullRows(personId: string, afresh: boolean): Promise<PullOutcome & { changed: boolean }> {
  let cursor = afresh ? null : await cursorFor(personId);
  let changed = false;
  for (let page = 0; page < 200; page += 1) {
    const words = cursor ? `cursor=${encodeURIComponent(cursor)}&limit=500` : "limit=500";
    const answer = await ask<Changes>(`/api/sync/changes?${words}`, { person: personId, shape: isChanges });
    if (answer.kind === "problem" && answer.problem.code === "bad_cursor" && cursor) {
      cursor = null;
      continue;
    }
    // Some roles (a councillor) keep no rows on their device: that is no trouble.
    if (answer.kind === "problem" && answer.problem.code === "not_allowed") return { ...FINE, changed };
    if (answer.kind !== "ok") {
      const { hindrance, waitS } = hindered(answer) ?? { hindrance: "server_trouble", waitS: null };
      return { hindrance, waitS, changed };
    }
    const { data } = answer;
    if (state.session.value.person?.id !== personId) return { ...FINE, changed };
    const any =
      data.reset || data.defects.length + data.jobs.length > 0 || data.gone.defects.length + data.gone.jobs.length > 0;
    if (any || data.cursor !== cursor) await applyChanges(data, personId);
    if (any) {
      changed = true;
      mergeRows(data);
    }
    cursor = data.cursor;
    if (!data.more) break;
  }
  if (changed) tellOtherTabs();
  return { ...FINE, changed };
}

/** Throws rows of another shape away, so that they come anew; the outbox is not touched. */
export async function checkRows(): Promise<void> {
  if ((await getMeta("rows_schema")) === ROWS_SCHEMA) return;
  await forgetRows();
  await setMeta("rows_schema", ROWS_SCHEMA);
}

async function cursorFor(personId: string): Promise<string | null> {
  if ((await getMeta("rows_of")) !== personId) return null;
  return (await getMeta("cursor")) ?? null;
}

function merged<T extends { id: string }>(
  old: readonly T[],
  rows: readonly T[],
  gone: readonly string[],
  reset: boolean,
): T[] {
  const byId = new Map(reset ? [] : old.map((row) => [row.id, row]));
  for (const row of rows) byId.set(row.id, row);
  for (const id of gone) byId.delete(id);
  return [...byId.values()];
}

function mergeRows(data: Changes): void {
  const { reset, gone } = data;
  state.serverDefects.value = merged(state.serverDefects.value, data.defects, gone.defects, reset);
  state.serverJobs.value = merged(state.serverJobs.value, data.jobs, gone.jobs, reset);
}

export async function reloadRows(): Promise<void> {
  const rows = await allRows();
  state.serverDefects.value = rows.defects;
  state.serverJobs.value = rows.jobs;
}

/** Reference data changes rarely: asked for with its version, answered with 304. */
export async function pullReference(afresh = false): Promise<void> {
  const kept = afresh ? undefined : await getMeta("reference");
  const headers: Record<string, string> = kept?.etag ? { "If-None-Match": kept.etag } : {};
  const answer = await ask<Reference>("/api/reference", { headers, shape: isReference });
  if (answer.kind !== "ok") return;
  referenceAt = Date.now();
  if (answer.status === 304 || !answer.data) return;
  state.reference.value = answer.data;
  await setMeta("reference", { etag: answer.etag, value: answer.data });
}

export async function pullNews(): Promise<void> {
  const answer = await ask<News>("/api/news?limit=50&kinds=all", { shape: isNews });
  if (answer.kind !== "ok") return;
  newsAt = Date.now();
  state.news.value = answer.data;
  await setMeta("news", answer.data);
}

/** Marks news as read, here at once and on the server when it can be reached. */
export async function readNews(ids: string[]): Promise<void> {
  const now = new Date().toISOString();
  const results = state.news.value.results.map((item) =>
    ids.includes(item.id) && !item.read_at ? { ...item, read_at: now } : item,
  );
  state.news.value = { results, unread: results.filter((item) => !item.read_at).length };
  await setMeta("news", state.news.value);
  await ask("/api/news/read", { method: "POST", json: { ids } });
}
