/**
 * Seals a person's records, or opens them for good: a few at a time, each batch in a transaction
 * that writes only what has not changed since it was read. Can stop anywhere and be run again.
 */
import { type Read, reading, type Write, writing } from "./db";
import { keyOf, VaultChanged } from "./keys";
import { StorageProblem, VaultLocked } from "./problems";
import { closeBytes, closeItem, closePhoto, openItem, openPhoto, openStoredBytes } from "./records";
import type { StoredBytes, StoredDraft, StoredItem, StoredPhoto, Vault } from "./schema";
import { type DataKey, openValue, type Sealed, sealValue } from "./sealing";

const BATCH = 20;

/** What is being done: `to` is the key to seal with, null when records are to be opened for good. */
interface Turning {
  vault: Vault;
  to: DataKey | null;
}

/** Rejects with VaultLocked when the person locks meanwhile, VaultChanged when they decide otherwise. */
export async function convert(vault: Vault, progress: (done: number, all: number) => void = () => undefined) {
  const key = keyOf(vault.person_id);
  if (key?.key_id !== vault.key_id) throw new VaultLocked();
  const turning: Turning = { vault, to: vault.state === "removing" ? null : key };
  await turnRows<StoredItem>(turning, "operations", (row) => turnItem(row, turning));
  // What is added meanwhile is written as it has to be by whoever adds it.
  const photos = await keysOf("photos", vault.person_id);
  let done = 0;
  for (const id of photos) {
    await turnBytes(turning, "photo_bytes", id);
    await turnBytes(turning, "previews", id);
    done += 1;
    progress(done, photos.length);
  }
  await turnRows<StoredPhoto>(turning, "photos", (row) => turnPhoto(row, turning));
  await turnDraft(turning);
}

async function still(tx: Read | Write, { vault }: Turning): Promise<void> {
  if (keyOf(vault.person_id)?.key_id !== vault.key_id) throw new VaultLocked();
  const now = await tx.objectStore("vaults").get(vault.person_id);
  if (now?.key_id !== vault.key_id || now.state !== vault.state)
    throw new VaultChanged("The PIN was changed meanwhile");
}

function keysOf(store: "operations" | "photos", personId: string): Promise<string[]> {
  const range = IDBKeyRange.bound([personId], [personId, []]);
  return reading([store], (tx) =>
    tx
      .objectStore(store)
      .index("person_state")
      .getAllKeys(range as never),
  );
}

function needs(row: { sealed?: Sealed; reason?: string | Sealed | null }, { to }: Turning): boolean {
  const open = !row.sealed || typeof row.reason === "string";
  const shut = Boolean(row.sealed) || (typeof row.reason === "object" && row.reason !== null);
  return to ? open : shut;
}

/** The same for two readings of a row between which nobody wrote. */
function stamp({ sealed, reason, ...rest }: StoredItem | StoredPhoto): string {
  const mark = (one: typeof reason | typeof sealed) => (typeof one === "object" && one ? one.iv.join() : one);
  return JSON.stringify([rest, mark(sealed), mark(reason)]);
}

async function turnItem(row: StoredItem, { to }: Turning): Promise<StoredItem> {
  const item = await openItem(row);
  if (!item) throw unopened(row);
  return closeItem(item, row.revision, to);
}

async function turnPhoto(row: StoredPhoto, { to }: Turning): Promise<StoredPhoto> {
  const photo = await openPhoto(row);
  if (!photo) throw unopened(row);
  return closePhoto(photo, row.preview_size_bytes, to);
}

function unopened(row: StoredItem | StoredPhoto): StorageProblem {
  if (row.sealed && keyOf(row.person_id)?.key_id !== row.sealed.key_id) return new VaultLocked();
  return new StorageProblem("Some of your work on this phone could not be opened. Nothing was thrown away.");
}

/** A row that somebody writes meanwhile is left for the next round. */
async function turnRows<S extends StoredItem | StoredPhoto>(
  turning: Turning,
  name: S extends StoredItem ? "operations" : "photos",
  turnOne: (row: S) => Promise<S>,
): Promise<void> {
  for (let left = true; left; ) {
    left = false;
    const ids = await keysOf(name, turning.vault.person_id);
    for (let first = 0; first < ids.length; first += BATCH) {
      const some = ids.slice(first, first + BATCH);
      const rows = (await reading([name], (tx) => Promise.all(some.map((id) => tx.objectStore(name).get(id))))) as (
        | S
        | undefined
      )[];
      const seen = rows.filter((row): row is S => row !== undefined && needs(row, turning));
      if (seen.length > 0 && !(await putTurned(turning, name, seen, await Promise.all(seen.map(turnOne))))) left = true;
    }
  }
}

/** True when none of them was written by somebody else meanwhile. */
function putTurned(
  turning: Turning,
  name: "operations" | "photos",
  seen: (StoredItem | StoredPhoto)[],
  turned: (StoredItem | StoredPhoto)[],
): Promise<boolean> {
  return writing([name, "vaults"], async (tx) => {
    await still(tx, turning);
    const store = tx.objectStore(name);
    const put = async (next: StoredItem | StoredPhoto, index: number) => {
      const now = await store.get(next.id);
      const before = seen[index];
      if (!now || !before) return true;
      if (stamp(now) !== stamp(before)) return false;
      await store.put(next as never);
      return true;
    };
    return (await Promise.all(turned.map(put))).every(Boolean);
  });
}

type BytesStore = "photo_bytes" | "previews" | "draft_bytes";

/** Bytes never change, so all that can happen meanwhile is that they are gone or turned. */
async function turnBytes(turning: Turning, name: BytesStore, id: string): Promise<void> {
  const seen = await reading([name], (tx) => tx.objectStore(name).get(id));
  if (!seen || !needs(seen, turning)) return;
  const turned: StoredBytes = await closeBytes(name, id, await openStoredBytes(name, seen), turning.to);
  await writing([name, "vaults"], async (tx) => {
    await still(tx, turning);
    const now = await tx.objectStore(name).get(id);
    if (!now || !needs(now, turning)) return;
    await tx.objectStore(name).put({ ...turned, ...("person_id" in now ? { person_id: now.person_id } : {}) } as never);
  });
}

async function turnDraft(turning: Turning): Promise<void> {
  const personId = turning.vault.person_id;
  const { row, ids } = await reading(["drafts", "draft_bytes"], async (tx) => ({
    row: await tx.objectStore("drafts").get(personId),
    ids: await tx.objectStore("draft_bytes").index("person").getAllKeys(personId),
  }));
  for (const id of ids) await turnBytes(turning, "draft_bytes", id);
  if (!row || !needs(row, turning)) return;
  const place = `drafts/${personId}`;
  const key = keyOf(personId);
  if (!key) throw new VaultLocked();
  const content = row.sealed ? await openValue(key, place, row.sealed) : row.content;
  const about = { person_id: personId, saved_at: row.saved_at };
  const turned: StoredDraft = turning.to
    ? { ...about, sealed: await sealValue(turning.to, place, content) }
    : { ...about, content };
  await writing(["drafts", "vaults"], async (tx) => {
    await still(tx, turning);
    const now = await tx.objectStore("drafts").get(personId);
    if (now && now.saved_at === row.saved_at && needs(now, turning)) await tx.objectStore("drafts").put(turned);
  });
}
