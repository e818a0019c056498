/**
 * The store's versions, one numbered step each, from an empty database to today's. A step is never
 * changed once it has been released: phones out there have taken it. A new shape is a new step.
 *
 * All steps of one opening run in ONE versionchange transaction, so an upgrade that is broken off
 * (the tab killed, the disk full) leaves the old version whole. In a step, await nothing but this
 * transaction's own requests: anything else would let it commit half-way.
 *
 * What is large is moved after that, by `moveOn`, a piece in each transaction: browsers keep what a
 * transaction has changed until its end, and one over hundreds of megabytes is slow and may fail.
 */
import type { IDBPDatabase, IDBPTransaction } from "idb";

export const VERSION = 3;

/** Photos of the first version, pictures and all, until they are moved: empty on every phone soon. */
const PHOTOS_OF_ONE = "photos_of_1";

/** Untyped on purpose: a step works on shapes of its own time, which today's types don't know. */
type Old = IDBPDatabase<unknown>;
type Upgrade = IDBPTransaction<unknown, string[], "versionchange">;
type Step = (database: Old, tx: Upgrade) => Promise<void>;

async function firstStores(database: Old): Promise<void> {
  database.createObjectStore("operations", { keyPath: "id" });
  const photos = database.createObjectStore("photos", { keyPath: "id" });
  photos.createIndex("operation", "operation_id");
  database.createObjectStore("defects", { keyPath: "id" });
  database.createObjectStore("jobs", { keyPath: "id" });
  database.createObjectStore("habits", { keyPath: "person_id" });
  database.createObjectStore("meta");
}

interface ItemOfOne {
  operation?: { made_at?: string };
  sent_at: string | null;
}

interface PhotoOfOne {
  id: string;
  bytes: ArrayBuffer | null;
  preview: ArrayBuffer | null;
  state: string;
  taken_at?: string;
}

/** Pictures move out of the photos' rows, so that starting reads none; drafts and PINs get a place. */
async function picturesApart(database: Old, tx: Upgrade): Promise<void> {
  // Out of the way as it is, pictures and all: `moveOn` takes it from there.
  tx.objectStore("photos").name = PHOTOS_OF_ONE;
  const photos = database.createObjectStore("photos", { keyPath: "id" });
  photos.createIndex("operation", "operation_id");
  photos.createIndex("person_state", ["person_id", "state"]);
  database.createObjectStore("photo_bytes", { keyPath: "id" });
  database.createObjectStore("previews", { keyPath: "id" });
  database.createObjectStore("drafts", { keyPath: "person_id" });
  database.createObjectStore("draft_bytes", { keyPath: "id" }).createIndex("person", "person_id");
  database.createObjectStore("vaults", { keyPath: "person_id" });
  tx.objectStore("operations").createIndex("person_state", ["person_id", "state"]);
  await itemsOfOne(tx);
}

async function itemsOfOne(tx: Upgrade): Promise<void> {
  let cursor = await tx.objectStore("operations").openCursor();
  while (cursor) {
    const item = cursor.value as ItemOfOne;
    const made_at = item.operation?.made_at ?? new Date(0).toISOString();
    // Version 1 did not note a first attempt. Each of these may have reached the server already, so
    // none may change any more.
    const more = { tried_at: made_at, received_at: null, saved_at: made_at, revision: "from version 1" };
    await cursor.update({ ...item, ...more });
    cursor = await cursor.continue();
  }
}

/** Audits and the checklists that they are walked by. */
async function auditStores(database: Old): Promise<void> {
  database.createObjectStore("audits", { keyPath: "id" });
  database.createObjectStore("checklists", { keyPath: "version_id" });
}

/** Step n leads from version n to n + 1. */
const STEPS: readonly Step[] = [firstStores, picturesApart, auditStores];

/** Takes the steps from `oldVersion` (0: no database yet) to today. */
export async function migrate(database: Old, oldVersion: number, tx: Upgrade): Promise<void> {
  for (const step of STEPS.slice(oldVersion, VERSION)) await step(database, tx);
}

/**
 * Moves what the steps left to be moved. Runs before anything else is done with the store; broken off
 * anywhere, it goes on at the next opening, and two windows may do it at once.
 */
export async function moveOn(database: Old): Promise<void> {
  if (!database.objectStoreNames.contains(PHOTOS_OF_ONE)) return;
  while (await movePhotoOfOne(database));
}

/** One photo in one transaction: it is wholly here or wholly there. False when there is none left. */
async function movePhotoOfOne(database: Old): Promise<boolean> {
  const tx = database.transaction([PHOTOS_OF_ONE, "photos", "photo_bytes", "previews"], "readwrite");
  tx.done.catch(() => undefined);
  const cursor = await tx.objectStore(PHOTOS_OF_ONE).openCursor();
  if (!cursor) return false;
  const { bytes, preview, ...record } = cursor.value as PhotoOfOne;
  const row = {
    ...record,
    offset: 0,
    has_bytes: Boolean(bytes),
    has_preview: Boolean(preview),
    preview_size_bytes: preview?.byteLength ?? 0,
    sent_at: record.state === "sent" ? (record.taken_at ?? null) : null,
  };
  await Promise.all([
    tx.objectStore("photos").put(row),
    ...(bytes ? [tx.objectStore("photo_bytes").put({ id: record.id, bytes })] : []),
    ...(preview ? [tx.objectStore("previews").put({ id: record.id, bytes: preview })] : []),
    cursor.delete(),
  ]);
  await tx.done;
  return true;
}
