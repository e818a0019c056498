/**
 * Photos that this phone holds. Screens name them `local:<id>`; the bytes are read and given an object
 * URL only while they are shown, so that thousands of unsent photos don't fill the memory.
 */
import { computed } from "@preact/signals";
import { photoBytes, previewOf } from "../storage/outbox";
import { localPhotos } from "./state";

interface Opened {
  url: Promise<string | null>;
  users: number;
}

/** So many addresses that nobody shows are kept, for scrolling back without a flicker. */
const IDLE_KEPT = 40;
const opened = new Map<string, Opened>();
let heldBefore: ReadonlySet<string> = new Set();
/** Ids of the photos that are here; the same set as long as they are the same: rows hang on it. */
const held = computed(() => {
  const now = new Set(localPhotos.value.filter((p) => p.has_bytes || p.has_preview).map((photo) => photo.id));
  const same = now.size === heldBefore.size && [...now].every((id) => heldBefore.has(id));
  if (!same) heldBefore = now;
  return heldBefore;
});

/** `local:<id>` when this phone holds the photo, else null. */
export function localPhotoAddress(id: string): string | null {
  return held.value.has(id) ? `local:${id}` : null;
}

async function urlOf(id: string, whole: boolean): Promise<string | null> {
  const photo = localPhotos.value.find((candidate) => candidate.id === id);
  if (!photo) return null;
  const small = whole && photo.has_bytes ? null : await previewOf(id).catch(() => null);
  const bytes = small ?? (await photoBytes(id).catch(() => null));
  if (!bytes) return null;
  const type = small ? "image/jpeg" : photo.content_type;
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** An object URL of a photo, small or whole; null when it is not here. Close it when it isn't shown any more. */
export function openPhoto(id: string, whole: boolean): Promise<string | null> {
  const key = `${id}/${whole}`;
  const known = opened.get(key);
  // Set anew, so that the map's order is the order of use.
  opened.delete(key);
  const entry = known ?? { url: urlOf(id, whole), users: 0 };
  entry.users += 1;
  opened.set(key, entry);
  return entry.url;
}

export function closePhoto(id: string, whole: boolean): void {
  const entry = opened.get(`${id}/${whole}`);
  if (entry) entry.users = Math.max(0, entry.users - 1);
  const idle = [...opened].filter(([, one]) => one.users === 0);
  for (const [key, one] of idle.slice(0, Math.max(0, idle.length - IDLE_KEPT))) revoke(key, one);
}

function revoke(key: string, entry: Opened): void {
  opened.delete(key);
  void entry.url.then((url) => url && URL.revokeObjectURL(url));
}

/** Frees the addresses of photos that are no longer here. */
export function forgetUrls(keptIds: ReadonlySet<string>): void {
  for (const [key, entry] of opened) {
    if (!keptIds.has(key.slice(0, key.lastIndexOf("/")))) revoke(key, entry);
  }
}
