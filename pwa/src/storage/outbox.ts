/** What people did that may not have reached the server: operations and their photos. */
import { type LocalPhoto, type OutboxItem, withDatabase } from "./db";

/**
 * Keeps one operation and all its photos, or nothing: one transaction. Resolves only after the
 * browser has committed it, so a "Saved" on the screen is true.
 */
export async function keep(item: OutboxItem, photos: LocalPhoto[]): Promise<void> {
  await withDatabase(async (db) => {
    const tx = db.transaction(["operations", "photos"], "readwrite", { durability: "strict" });
    const writes = [
      tx.objectStore("operations").add(item),
      ...photos.map((photo) => tx.objectStore("photos").add(photo)),
    ];
    await Promise.all([...writes, tx.done]);
  });
}

/** Oldest first. */
export async function allItems(): Promise<OutboxItem[]> {
  return withDatabase((db) => db.getAll("operations"));
}

export async function allPhotos(): Promise<LocalPhoto[]> {
  return withDatabase((db) => db.getAll("photos"));
}

export async function saveItems(items: OutboxItem[]): Promise<void> {
  if (items.length === 0) return;
  await withDatabase(async (db) => {
    const tx = db.transaction("operations", "readwrite");
    // An item that a person has thrown away meanwhile must not come back.
    const writes = items.map(async (item) => {
      if (await tx.store.getKey(item.id)) await tx.store.put(item);
    });
    await Promise.all([...writes, tx.done]);
  });
}

export async function savePhoto(photo: LocalPhoto): Promise<void> {
  await withDatabase(async (db) => {
    const tx = db.transaction("photos", "readwrite");
    if (await tx.store.getKey(photo.id)) await tx.store.put(photo);
    await tx.done;
  });
}

/** Takes operations away together with their photos. */
export async function dropItems(ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await withDatabase(async (db) => {
    const tx = db.transaction(["operations", "photos"], "readwrite");
    for (const id of ids) {
      await tx.objectStore("operations").delete(id);
      for (const key of await tx.objectStore("photos").index("operation").getAllKeys(id)) {
        await tx.objectStore("photos").delete(key);
      }
    }
    await tx.done;
  });
}
