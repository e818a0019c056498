/** How much room there is on the phone, and what can be given up without losing anything unsent. */
import { reading, type Write, writing } from "./db";

/** What a person can free. All of it comes back from the server when it is wanted again. */
export type Freeable = "photos_cache" | "basemap" | "previews";

export interface Room {
  /** Bytes that Sightline uses on this phone, as the browser estimates them; null: it doesn't say. */
  used: number | null;
  /** Bytes that the browser would let it use. */
  all: number | null;
  /** Bytes that each would give back, about. */
  freeable: Record<Freeable, number>;
}

/** The service worker's caches: photos of the server's that were looked at, and the map. */
const CACHES = { photos_cache: "photos", basemap: "basemap" } as const;
const AT_ONCE = 16;
const BATCH = 100;

export async function room(): Promise<Room> {
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => null);
  const [photos_cache, basemap, previews] = await Promise.all([
    cacheSize(CACHES.photos_cache),
    cacheSize(CACHES.basemap),
    previewsSize(),
  ]);
  return { used: estimate?.usage ?? null, all: estimate?.quota ?? null, freeable: { photos_cache, basemap, previews } };
}

/** Frees one kind. Never touches what has not been sent. */
export async function free(what: Freeable): Promise<void> {
  if (what === "previews") await freePreviews();
  else await globalThis.caches?.delete(CACHES[what]);
}

async function cacheSize(name: string): Promise<number> {
  if (!globalThis.caches || !(await caches.has(name).catch(() => false))) return 0;
  const cache = await caches.open(name);
  const keys = await cache.keys();
  const size = async (request: Request) => (await (await cache.match(request))?.blob())?.size ?? 0;
  let sum = 0;
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    for (const bytes of await Promise.all(keys.slice(first, first + AT_ONCE).map(size))) sum += bytes;
  }
  return sum;
}

/** Photos whose bytes the server has confirmed, and whose record it has too. */
async function sentWithPreview(): Promise<{ id: string; size_bytes: number }[]> {
  return reading(["operations", "photos"], async (tx) => {
    const [items, photos] = await Promise.all([
      tx.objectStore("operations").getAll(),
      tx.objectStore("photos").getAll(),
    ]);
    const unsent = new Set(items.filter((item) => item.state !== "sent").map((item) => item.id));
    return photos
      .filter((photo) => photo.has_preview && !photo.has_bytes && !unsent.has(photo.operation_id))
      .map((photo) => ({ id: photo.id, size_bytes: photo.preview_size_bytes }));
  });
}

async function previewsSize(): Promise<number> {
  return (await sentWithPreview()).reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

async function freePreviews(): Promise<void> {
  const ids = (await sentWithPreview()).map(({ id }) => id);
  for (let first = 0; first < ids.length; first += BATCH) {
    const some = ids.slice(first, first + BATCH);
    await writing(["photos", "previews"], async (tx) => {
      await Promise.all(some.map((id) => freePreview(tx, id)));
    });
  }
}

async function freePreview(tx: Write, id: string): Promise<void> {
  const photo = await tx.objectStore("photos").get(id);
  if (!photo || photo.has_bytes) return;
  await Promise.all([
    tx.objectStore("photos").put({ ...photo, has_preview: false, preview_size_bytes: 0 }),
    tx.objectStore("previews").delete(id),
  ]);
}
