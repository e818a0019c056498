/** Which sent items may leave the phone. Pure. */
import type { Defect, Job } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";

const DAY_MS = 86_400_000;
const WITHOUT_ROW_MS = 60_000;

/** The photos of each operation, by its id. */
export function photosByOperation(photos: readonly LocalPhoto[]): Map<string, LocalPhoto[]> {
  const found = new Map<string, LocalPhoto[]>();
  for (const photo of photos) {
    const own = found.get(photo.operation_id);
    if (own) own.push(photo);
    else found.set(photo.operation_id, [photo]);
  }
  return found;
}

/**
 * Ids of sent operations whose row has come back, all of whose photos are confirmed and ready there;
 * of those without photos after a minute, and of any after a day. What belongs to an audit waits for its row.
 */
export function settledItems(
  items: readonly OutboxItem[],
  photos: readonly LocalPhoto[],
  rows: readonly (Defect | Job)[],
  nowMs: number,
): string[] {
  const sent = items.filter((item) => item.state === "sent");
  if (sent.length === 0) return [];
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const photosOf = photosByOperation(photos);
  return sent.filter((item) => isSettled(item, photosOf.get(item.id) ?? [], rowById, nowMs)).map((item) => item.id);
}

function isSettled(
  item: OutboxItem,
  photos: readonly LocalPhoto[],
  rowById: ReadonlyMap<string, Defect | Job>,
  nowMs: number,
): boolean {
  if (photos.some((photo) => photo.state !== "sent")) return false;
  const ageMs = nowMs - Date.parse(item.sent_at ?? "");
  const target = item.operation.payload as { defect_id?: string; job_id?: string; audit_id?: string };
  const row = rowById.get(target.job_id ?? target.defect_id ?? "");
  const there = new Map(row?.photos.map((photo) => [photo.id, photo.state]));
  const ready = photos.every((photo) => there.get(photo.id) === "ready");
  const based = item.operation.based_on;
  const seen = row !== undefined && (based === null || row.version > based);
  // What was done on an audit stays until its row is here again: `sync/audits.ts` lets it go.
  const free = photos.length === 0 && !target.audit_id;
  return (seen && ready) || ageMs > DAY_MS || (free && ageMs > WITHOUT_ROW_MS);
}
