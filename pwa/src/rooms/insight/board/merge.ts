/**
 * What becomes of a list while it is looked at: rows are renewed where they stand, rows that left the
 * queue stay and say so, new ones are announced. Nothing moves under the pointer until the reader asks.
 * Pure.
 */
import type { BoardPage, BoardRow } from "./shapes";

export interface Shown {
  rows: readonly BoardRow[];
  /** Ids of rows that stand in the list and not in the queue any more. */
  gone: ReadonlySet<string>;
  /** What stands in the queue and is not shown yet. */
  waiting: readonly BoardRow[];
  /** Ids of rows whose state, owner or times changed when they were last renewed. */
  touched: ReadonlySet<string>;
  next: string | null;
}

export const NOTHING_SHOWN: Shown = {
  rows: [],
  gone: new Set(),
  waiting: [],
  touched: new Set(),
  next: null,
};

/** The list as the server gives it. */
export function laidOut(page: BoardPage): Shown {
  return { ...NOTHING_SHOWN, rows: page.rows, next: page.next };
}

/** A further page under the list. */
export function continued(shown: Shown, page: BoardPage): Shown {
  const known = new Set(shown.rows.map((row) => row.id));
  return { ...shown, rows: [...shown.rows, ...page.rows.filter((row) => !known.has(row.id))], next: page.next };
}

const ORDER: Record<string, (row: BoardRow) => number> = {
  due_at: (row) => Date.parse(row.due_at),
  "-age": (row) => Date.parse(row.opened_at),
  done: (row) => -Date.parse(row.done_at ?? row.due_at),
};

/** Where a row stands in the queue's order. */
function placeIn(page: BoardPage, order: string): (row: BoardRow) => number {
  const by = order === "due_at" && page.queue === "done" ? "done" : order;
  return ORDER[by] ?? (ORDER.due_at as (row: BoardRow) => number);
}

/** The list with what a newer first page says of it, in its old order. */
export function renewed(shown: Shown, page: BoardPage, order: string): Shown {
  const fresh = new Map(page.rows.map((row) => [row.id, row]));
  const place = placeIn(page, order);
  const last = page.rows[page.rows.length - 1];
  // A page that goes on says nothing of what lies behind its last row.
  const isTold = (row: BoardRow) => page.next === null || (last !== undefined && place(row) < place(last));
  const gone = new Set(shown.rows.filter((row) => !fresh.has(row.id) && isTold(row)).map((row) => row.id));
  const touched = new Set(
    shown.rows.filter((row) => (fresh.get(row.id)?.version ?? row.version) !== row.version).map((row) => row.id),
  );
  const known = new Set(shown.rows.map((row) => row.id));
  const waiting = page.rows.filter((row) => !known.has(row.id) && wouldBeSeen(row, shown, place));
  return { ...shown, rows: shown.rows.map((row) => fresh.get(row.id) ?? row), gone, waiting, touched };
}

/** Whether a new row belongs among those that are shown, not on a page further down. */
function wouldBeSeen(row: BoardRow, shown: Shown, place: (row: BoardRow) => number): boolean {
  const end = shown.rows[shown.rows.length - 1];
  return shown.next === null || end === undefined || place(row) <= place(end);
}

/** "3 new, 1 gone", or nothing. */
export function newsInWords({ waiting, gone }: Shown): string {
  const parts = [waiting.length > 0 && `${waiting.length} new`, gone.size > 0 && `${gone.size} gone`];
  return parts.filter(Boolean).join(", ");
}

/** The row that j or k leads to; stops at both ends. */
export function stepTo(ids: readonly string[], current: string | null, step: number): string | null {
  const at = current === null ? -1 : ids.indexOf(current);
  if (ids.length === 0) return null;
  if (at < 0) return (step > 0 ? ids[0] : ids[ids.length - 1]) ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
