/** People, records and photos for tests of the store. */
import { openDB } from "idb";
import { saveDraft } from "./drafts";
import { keep, saveItems, savePhoto } from "./outbox";
import type { OutboxItem, PhotoToKeep } from "./schema";

export const WENDY = "wendy";
export const OMAR = "omar";
export const NINE = "2026-11-21T09:00:00.000Z";
export const TEN = "2026-11-21T10:00:00.000Z";

export function item(id: string, note = "By the shelter", person_id = WENDY): OutboxItem {
  return {
    id,
    person_id,
    operation: {
      id,
      kind: "confirm_defect",
      made_at: NINE,
      clock_offset_ms: 0,
      based_on: null,
      after: null,
      payload: { defect_id: `defect of ${id}`, observed_at: NINE, note, photos: [] },
    },
    state: "here",
    reason: null,
    code: null,
    tries: 0,
    tried_at: null,
    sent_at: null,
    received_at: null,
    number: null,
    saved_at: NINE,
  };
}

/** Bytes that are the photo's own: no two ids have the same. */
export function bytesOf(id: string, size = 64): ArrayBuffer {
  const seed = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return Uint8Array.from({ length: size }, (_, index) => (seed * (index + 3) + index) % 256).buffer;
}

export function photo(id: string, operation_id: string, person_id = WENDY): PhotoToKeep {
  const bytes = bytesOf(id);
  return {
    id,
    operation_id,
    person_id,
    sha256: `hash of ${id}`,
    size_bytes: bytes.byteLength,
    content_type: "image/jpeg",
    taken_at: NINE,
    place: { longitude: -0.9, latitude: 52.2, accuracy_m: 5, source: "gps" },
    state: "here",
    reason: null,
    tries: 0,
    offset: 0,
    has_bytes: true,
    has_preview: true,
    sent_at: null,
    bytes,
    preview: bytesOf(`small ${id}`, 8),
  };
}

export function noteOf(what: OutboxItem | undefined): string | undefined {
  return (what?.operation.payload as { note?: string } | undefined)?.note;
}

/** The same item with another note. */
export function withNote(what: OutboxItem, note: string): OutboxItem {
  return item(what.id, note, what.person_id);
}

/** Everything in the database as somebody with the phone in their hands would find it. */
export async function atRest(): Promise<Record<string, unknown[]>> {
  const db = await openDB("sightline");
  const found: Record<string, unknown[]> = {};
  for (const name of db.objectStoreNames) found[name] = await db.getAll(name);
  db.close();
  return found;
}

/** Every text and every run of bytes in there, as one searchable text. */
export function readable(value: unknown): string {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)].join(",");
  if (ArrayBuffer.isView(value)) return "";
  if (Array.isArray(value)) return value.map(readable).join("\n");
  if (typeof value === "object" && value) return Object.values(value).map(readable).join("\n");
  return String(value);
}

export async function aDaysWork(): Promise<void> {
  await keep(item("1", "behind the Old Mill"), [photo("a", "1"), photo("b", "1")]);
  await saveItems([{ ...item("1"), reason: "Not in the Old Mill ward" }]);
  await savePhoto({ ...photo("b", "1"), reason: "Old Mill is too dark" });
  await saveDraft(WENDY, { note: "near the Old Mill", photos: [bytesOf("c")] });
}

/** What of it nobody may find on a locked phone. */
export function secrets(): string[] {
  return ["Old Mill", "52.2", "hash of a", ...[bytesOf("a"), bytesOf("small a", 8), bytesOf("c")].map(readable)];
}
