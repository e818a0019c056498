/**
 * What is still on this phone as one file that a manager can bring in at the desk: for a phone that
 * is about to be reset, is broken, or never finds signal. Loaded only when somebody asks for it.
 */
import { makeZip } from "client-zip";
import type { Operation, Person, PhotoRecord } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { photoBytes } from "../storage/outbox";
import { recordOf } from "./perform";
import { deviceId, session } from "./state";
import { myItems, myPhotos } from "./views";

/** The manifest, `outbox.json`. */
export interface OutboxFile {
  format: "sightline-outbox";
  version: 1;
  exported_at: string;
  device_id: string;
  person: { id: string; name: string; username: string };
  operations: Operation[];
  photos: (PhotoRecord & { operation_id: string; file: string | null })[];
}

export interface Exported {
  file: File;
  records: number;
  photos: number;
}

const ENDINGS: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "image/heif": "heic",
  "image/avif": "avif",
};

/** "sightline-warden-2026-06-10-0930.zip", by the time of the phone's own clock on the wall. */
export function exportName(username: string, now: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const who = username.replace(/[^\w.-]+/g, "_") || "phone";
  return `sightline-${who}-${day}-${two(now.getHours())}${two(now.getMinutes())}.zip`;
}

export function outboxFile(
  outbox: readonly OutboxItem[],
  photos: readonly LocalPhoto[],
  about: { person: Person; device_id: string; now: Date },
): OutboxFile {
  const { id, name, username } = about.person;
  return {
    format: "sightline-outbox",
    version: 1,
    exported_at: about.now.toISOString(),
    device_id: about.device_id,
    person: { id, name, username },
    operations: outbox.map((item) => item.operation),
    photos: photos.map((photo) => ({
      place: null,
      ...recordOf(photo),
      operation_id: photo.operation_id,
      file: photo.has_bytes ? `photos/${photo.id}.${ENDINGS[photo.content_type] ?? "jpg"}` : null,
    })),
  };
}

/** The manifest, then the photos, each read from the phone's store only when its turn comes. */
async function* entries(manifest: OutboxFile) {
  const lastModified = new Date(manifest.exported_at);
  yield { name: "outbox.json", lastModified, input: JSON.stringify(manifest, null, 1) };
  for (const { id, file } of manifest.photos) {
    const bytes = file && (await photoBytes(id));
    if (bytes) yield { name: file, lastModified, input: bytes };
  }
}

/**
 * A ZIP of these operations and their photos, nothing compressed. Rejects when the store can't be
 * read. Nothing on the phone changes.
 */
export async function exportOutbox(ids: ReadonlySet<string>, now: Date = new Date()): Promise<Exported> {
  const { person } = session.value;
  if (!person) throw new Error("Sign in first");
  const outbox = myItems.value.filter((item) => ids.has(item.id));
  const photos = myPhotos.value.filter((photo) => ids.has(photo.operation_id));
  const manifest = outboxFile(outbox, photos, { person, device_id: deviceId.value, now });
  const blob = await new Response(makeZip(entries(manifest)), {
    headers: { "Content-Type": "application/zip" },
  }).blob();
  const file = new File([blob], exportName(person.username, now), { type: "application/zip" });
  return { file, records: outbox.length, photos: manifest.photos.filter((photo) => photo.file).length };
}
