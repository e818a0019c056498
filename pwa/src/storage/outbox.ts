/** What people did that may not have reached the server: operations and their photos. */
import { type LocalPhoto, type OutboxItem, type PhotoToKeep, reading, VaultLocked, type Write, writing } from "./db";
import { keyOf, mustBeOpen, type Sealer, sealing, unchanged, withVaults } from "./keys";
import { nameOf, SavedElsewhere } from "./problems";
import {
  closeBytes,
  closeItem,
  closePhoto,
  opened,
  openItem,
  openPhoto,
  openStoredBytes,
  sealItemReason,
  sealPhotoReason,
} from "./records";
import type { StoredBytes, StoredItem, StoredPhoto } from "./schema";
import { randomName, type Sealed } from "./sealing";

/** Everything of one photo, ready to be written. */
interface ClosedPhoto {
  row: StoredPhoto;
  bytes: StoredBytes;
  preview: StoredBytes | null;
}

async function closeWhole(photo: PhotoToKeep, sealer: Sealer): Promise<ClosedPhoto> {
  const { bytes, preview } = photo;
  // A buffer that was handed to a worker meanwhile is empty here: never keep a photo that is none.
  if (bytes.byteLength === 0 || bytes.byteLength !== photo.size_bytes) throw new Error("The photo is not whole");
  const row: LocalPhoto = {
    id: photo.id,
    sha256: photo.sha256,
    size_bytes: photo.size_bytes,
    content_type: photo.content_type,
    taken_at: photo.taken_at,
    place: photo.place,
    operation_id: photo.operation_id,
    person_id: photo.person_id,
    state: photo.state,
    reason: photo.reason,
    tries: photo.tries,
    offset: photo.offset,
    has_bytes: true,
    has_preview: preview !== null,
    sent_at: photo.sent_at,
  };
  return {
    row: await closePhoto(row, preview?.byteLength ?? 0, sealer.key),
    bytes: await closeBytes("photo_bytes", photo.id, bytes, sealer.key),
    preview: preview && (await closeBytes("previews", photo.id, preview, sealer.key)),
  };
}

/** One after the other: sealing ten photos at once would hold twenty. */
async function closeAll(photos: PhotoToKeep[], sealer: Sealer): Promise<ClosedPhoto[]> {
  const closed: ClosedPhoto[] = [];
  for (const photo of photos) closed.push(await closeWhole(photo, sealer));
  return closed;
}

function addPhotos(tx: Write, photos: ClosedPhoto[]): Promise<unknown>[] {
  return photos.flatMap(({ row, bytes, preview }) => [
    tx.objectStore("photos").add(row),
    tx.objectStore("photo_bytes").add(bytes),
    ...(preview ? [tx.objectStore("previews").add(preview)] : []),
  ]);
}

function deletePhoto(tx: Write, id: string): Promise<unknown>[] {
  return (["photos", "photo_bytes", "previews"] as const).map((store) => tx.objectStore(store).delete(id));
}

const WITH_PHOTOS = withVaults("operations", "photos", "photo_bytes", "previews");

export interface KeepOptions {
  /** The person's draft has become this record: taken away in the same transaction. */
  dropDraft?: boolean;
}

/**
 * Keeps one operation and all its photos, or nothing: one transaction. Resolves only after the
 * browser has written it to the disk, so a "Saved" on the screen is true.
 *
 * Rejects with StorageFull, StoreTooNew, StoreUnavailable or VaultLocked, and then nothing of it
 * was kept and nothing that was there is gone. SavedElsewhere: a second window has kept it.
 */
export async function keep(item: OutboxItem, photos: PhotoToKeep[], { dropDraft }: KeepOptions = {}): Promise<void> {
  await sealing(item.person_id, async (sealer) => {
    mustBeOpen(sealer);
    const revision = randomName();
    const row = await closeItem(item, revision, sealer.key);
    const pictures = await closeAll(photos, sealer);
    const work = async (tx: Write) => {
      await unchanged(tx, sealer);
      if (await isRaised(tx, item)) throw new SavedElsewhere();
      const draft = dropDraft ? await deleteDraft(tx, item.person_id) : [];
      await Promise.all([tx.objectStore("operations").add(row), ...addPhotos(tx, pictures), ...draft]);
    };
    const committed = async () => ((await revisionOf(item.id)) === revision ? { result: undefined } : null);
    try {
      await writing([...WITH_PHOTOS, "drafts", "draft_bytes"], work, { strict: true, committed });
    } catch (error) {
      throw nameOf(error) === "ConstraintError" ? new SavedElsewhere(error) : error;
    }
  });
}

/** A report that two windows took up has one defect id: what raised it was made after that id, so few rows are read. */
async function isRaised(tx: Write, { operation }: OutboxItem): Promise<boolean> {
  if (operation.kind !== "raise_defect") return false;
  const { defect_id } = operation.payload as { defect_id?: string };
  if (!defect_id) return false;
  const since = await tx.objectStore("operations").getAll(IDBKeyRange.lowerBound(defect_id));
  return since.some((row) => "operation" in row && raisedBy(row.operation) === defect_id);
}

function raisedBy(operation: unknown): string | null {
  const { kind, payload } = (operation ?? {}) as { kind?: string; payload?: { defect_id?: string } };
  return kind === "raise_defect" ? (payload?.defect_id ?? null) : null;
}

/** Deletes a person's draft with its pictures, as part of a transaction. */
export async function deleteDraft(tx: Write, personId: string): Promise<Promise<unknown>[]> {
  const ids = await tx.objectStore("draft_bytes").index("person").getAllKeys(personId);
  return [tx.objectStore("drafts").delete(personId), ...ids.map((id) => tx.objectStore("draft_bytes").delete(id))];
}

function revisionOf(id: string): Promise<string | undefined> {
  return reading(["operations"], async (tx) => (await tx.objectStore("operations").get(id))?.revision);
}

/** Oldest first. Without those whose content is sealed while their person is locked: `counts`. */
export async function allItems(): Promise<OutboxItem[]> {
  return opened(await reading(["operations"], (tx) => tx.objectStore("operations").getAll()), openItem);
}

/** What is known of each photo, without its bytes. The same about sealed ones. */
export async function allPhotos(): Promise<LocalPhoto[]> {
  return opened(await reading(["photos"], (tx) => tx.objectStore("photos").getAll()), openPhoto);
}

/** The photo as it was taken; null when it is not here (sent, or thrown away). */
export async function photoBytes(id: string): Promise<ArrayBuffer | null> {
  const stored = await reading(["photo_bytes"], (tx) => tx.objectStore("photo_bytes").get(id));
  return stored ? openStoredBytes("photo_bytes", stored) : null;
}

/** A small JPEG; null when there is none. */
export async function previewOf(id: string): Promise<ArrayBuffer | null> {
  const stored = await reading(["previews"], (tx) => tx.objectStore("previews").get(id));
  return stored ? openStoredBytes("previews", stored) : null;
}

export interface Counts {
  /** Operations by state. */
  here: number;
  sent: number;
  refused: number;
  conflict: number;
  /** Photos whose bytes only this phone has. */
  photos_here: number;
  photos_refused: number;
}

/** How much of a person's work is on this phone, also while it is locked. */
export async function counts(personId: string): Promise<Counts> {
  return reading(["operations", "photos"], async (tx) => {
    const items = tx.objectStore("operations").index("person_state");
    const photos = tx.objectStore("photos").index("person_state");
    const [here, sent, refused, conflict, photos_here, photos_refused] = await Promise.all([
      items.count([personId, "here"]),
      items.count([personId, "sent"]),
      items.count([personId, "refused"]),
      items.count([personId, "conflict"]),
      photos.count([personId, "here"]),
      photos.count([personId, "refused"]),
    ]);
    return { here, sent, refused, conflict, photos_here, photos_refused } as Counts;
  });
}

/** Seals words of the server for a row that may be sealed; null where the key is not open. */
async function reasonFor(
  row: { id: string; person_id: string; reason: string | null },
  seal: typeof sealItemReason,
): Promise<{ plain: string | null; sealed: string | Sealed | null }> {
  const key = keyOf(row.person_id);
  return { plain: row.reason, sealed: key ? await seal(key, row.id, row.reason) : null };
}

/**
 * Writes where the sending of these stands: state, reason, code, tries, sent_at, received_at and
 * number. What a person recorded is never written here, nor is `tried_at`; an item that a person
 * has thrown away meanwhile doesn't come back.
 */
export async function saveItems(items: OutboxItem[]): Promise<void> {
  if (items.length === 0) return;
  const reasons = await Promise.all(items.map((item) => reasonFor(item, sealItemReason)));
  await writing(["operations"], async (tx) => {
    const store = tx.objectStore("operations");
    const save = async (item: OutboxItem, index: number) => {
      const stored = await store.get(item.id);
      if (!stored) return;
      const { state, code, tries, sent_at, received_at, number } = item;
      const words = reasons[index];
      const reason = (stored.sealed ? words?.sealed : words?.plain) ?? null;
      await store.put({ ...stored, state, code, tries, sent_at, received_at, number, reason });
    };
    await Promise.all(items.map(save));
  });
}

/**
 * Writes where the sending of one photo stands: state, reason, tries, offset, sent_at. A photo that
 * was freed stays sent, and one that was thrown away doesn't come back.
 */
export async function savePhoto(photo: LocalPhoto): Promise<void> {
  const words = await reasonFor(photo, sealPhotoReason);
  await writing(["photos"], async (tx) => {
    const stored = await tx.objectStore("photos").get(photo.id);
    if (!stored?.has_bytes) return;
    const { state, tries, offset, sent_at } = photo;
    const reason = stored.sealed ? words.sealed : words.plain;
    await tx.objectStore("photos").put({ ...stored, state, tries, offset, sent_at, reason });
  });
}

/**
 * Notes, on the disk, that these are about to be sent for the first time: their content stays as it
 * is from now on. Returns them as they are kept, oldest first; those that were thrown away
 * meanwhile, or are locked, are left out and must not be sent.
 */
export async function markTried(ids: string[], at: string): Promise<OutboxItem[]> {
  if (ids.length === 0) return [];
  const marked = await writing(
    ["operations"],
    async (tx) => {
      const store = tx.objectStore("operations");
      const mark = async (id: string): Promise<StoredItem | null> => {
        const stored = await store.get(id);
        if (!stored || (stored.sealed && keyOf(stored.person_id)?.key_id !== stored.sealed.key_id)) return null;
        if (stored.tried_at !== null) return stored;
        const tried = { ...stored, tried_at: at };
        await store.put(tried);
        return tried;
      };
      return (await Promise.all(ids.map(mark))).filter((one) => one !== null);
    },
    { strict: true },
  );
  return (await opened(marked, openItem)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The server has confirmed the photo's SHA-256: it is sent and its bytes leave this phone, in one
 * transaction. The preview stays.
 */
export async function freePhoto(photo: LocalPhoto): Promise<void> {
  await writing(["photos", "photo_bytes"], async (tx) => {
    const stored = await tx.objectStore("photos").get(photo.id);
    if (!stored) return;
    const sent_at = photo.sent_at ?? stored.sent_at;
    const offset = stored.size_bytes;
    const freed = { ...stored, state: "sent" as const, reason: null, has_bytes: false, offset, sent_at };
    await Promise.all([tx.objectStore("photos").put(freed), tx.objectStore("photo_bytes").delete(photo.id)]);
  });
}

export interface Amendment {
  /** Only its `operation` and `saved_at` are taken. */
  item: OutboxItem;
  addPhotos?: PhotoToKeep[];
  dropPhotoIds?: string[];
}

/**
 * Nothing of it has left this phone, or the server has said that it did not take it: only then may the
 * content under this id become another.
 */
function mayChange({ tried_at, state }: Pick<StoredItem, "tried_at" | "state">): boolean {
  return tried_at === null || state === "refused";
}

/** A corrected record stands in the outbox as one that was just saved. */
const UNTRIED = { state: "here", reason: null, code: null, tried_at: null } as const;

/**
 * Changes what a person recorded, as long as nothing of it has left this phone, or puts right what
 * the server refused: that is then sent again. False when it has left (`tried_at` is set) or is gone:
 * then nothing is changed. `change` gets the item as it is kept; it has no side effects, because it
 * is asked again when another window was quicker.
 */
export async function amend(id: string, change: (item: OutboxItem) => Amendment): Promise<boolean> {
  for (;;) {
    const seen = await reading(["operations"], (tx) => tx.objectStore("operations").get(id));
    if (!seen || !mayChange(seen)) return false;
    const outcome = await sealing(seen.person_id, (sealer) => amendAsSeen(seen, change, sealer));
    if (outcome !== "changed meanwhile") return outcome;
  }
}

async function amendAsSeen(
  seen: StoredItem,
  change: (item: OutboxItem) => Amendment,
  sealer: Sealer,
): Promise<boolean | "changed meanwhile"> {
  mustBeOpen(sealer);
  const before = await openItem(seen);
  if (!before) throw new VaultLocked();
  const { item, addPhotos: added = [], dropPhotoIds = [] } = change(before);
  const revision = randomName();
  const { operation, saved_at } = item;
  const next = await closeItem({ ...before, ...UNTRIED, operation, saved_at }, revision, sealer.key);
  const pictures = await closeAll(added, sealer);
  const work = async (tx: Write): Promise<boolean | "changed meanwhile"> => {
    await unchanged(tx, sealer);
    const now = await tx.objectStore("operations").get(seen.id);
    if (!now || !mayChange(now)) return false;
    if (now.revision !== seen.revision) return "changed meanwhile";
    const own = new Set(await tx.objectStore("photos").index("operation").getAllKeys(seen.id));
    await Promise.all([
      tx.objectStore("operations").put(next),
      ...dropPhotoIds.filter((photo) => own.has(photo)).flatMap((photo) => deletePhoto(tx, photo)),
      ...addPhotos(tx, pictures),
    ]);
    return true;
  };
  const committed = async () => ((await revisionOf(seen.id)) === revision ? { result: true } : null);
  return writing(WITH_PHOTOS, work, { strict: true, committed });
}

/** Deletes operations and their photos, as part of a transaction. */
async function deleteWhole(tx: Write, ids: string[]): Promise<void> {
  const photos = tx.objectStore("photos").index("operation");
  const keys = await Promise.all(ids.map((id) => photos.getAllKeys(id)));
  await Promise.all([
    ...ids.map((id) => tx.objectStore("operations").delete(id)),
    ...keys.flat().flatMap((photo) => deletePhoto(tx, photo)),
  ]);
}

/** Takes back what a person did, photos too, as long as nothing of it has left this phone. */
export async function undo(id: string): Promise<boolean> {
  let seen = false;
  const work = async (tx: Write): Promise<boolean> => {
    const stored = await tx.objectStore("operations").get(id);
    if (!stored || stored.tried_at !== null) return false;
    seen = true;
    await deleteWhole(tx, [id]);
    return true;
  };
  const committed = async () => (seen && (await revisionOf(id)) === undefined ? { result: true } : null);
  return writing(WITH_PHOTOS, work, { strict: true, committed });
}

/** Takes operations away together with their photos, sent or not. */
export async function dropItems(ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await writing(WITH_PHOTOS, (tx) => deleteWhole(tx, ids), { strict: true });
}
