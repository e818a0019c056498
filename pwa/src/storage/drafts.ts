/**
 * What a person is still filling in, so that a killed tab loses nothing. One draft a person.
 *
 * Pictures (every ArrayBuffer in the draft) are kept apart and written once, so that saving after
 * each typed word is cheap. A buffer that was saved must not be written into afterwards.
 */
import { reading, VaultLocked, type Write, writing } from "./db";
import { keyFor, mustBeOpen, type Sealer, sealing, unchanged, withVaults } from "./keys";
import { deleteDraft } from "./outbox";
import { closeBytes, openStoredBytes } from "./records";
import type { StoredDraft, StoredDraftBytes } from "./schema";
import { openValue, randomName, sealValue } from "./sealing";

/** Stands in a kept draft where a buffer was. */
interface Picture {
  draft_bytes: string;
}

/** Under which id this window knows a buffer to be kept. */
const known = new WeakMap<ArrayBuffer, string>();

function isPicture(value: object): value is Picture {
  return "draft_bytes" in value;
}

/** A copy in which every buffer is replaced by its id; the buffers by id. */
function apart(value: unknown, buffers: Map<string, ArrayBuffer>): unknown {
  if (value instanceof ArrayBuffer) {
    const id = known.get(value) ?? randomName();
    known.set(value, id);
    buffers.set(id, value);
    return { draft_bytes: id };
  }
  if (Array.isArray(value)) return value.map((one) => apart(one, buffers));
  if (typeof value !== "object" || value === null) return value;
  // A Blob or a Date would come back as something else.
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError("A draft can't hold this");
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, apart(one, buffers)]));
}

function together(value: unknown, buffers: ReadonlyMap<string, ArrayBuffer>): unknown {
  if (Array.isArray(value)) return value.map((one) => together(one, buffers));
  if (typeof value !== "object" || value === null) return value;
  if (isPicture(value)) return buffers.get(value.draft_bytes);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, together(one, buffers)]));
}

const STORES = withVaults("drafts", "draft_bytes");

/**
 * Keeps a draft in the place of the one before. It may hold what JSON can say, and ArrayBuffers.
 * Rejects with StorageFull, StoreTooNew, StoreUnavailable or VaultLocked; the one before is then
 * still there.
 */
export async function saveDraft(personId: string, draft: unknown): Promise<void> {
  const buffers = new Map<string, ArrayBuffer>();
  const content = apart(draft, buffers);
  await sealing(personId, async (sealer) => {
    mustBeOpen(sealer);
    const row = await closeDraft(personId, content, sealer);
    for (let put = false; !put; ) {
      const fresh = await closeNew(personId, buffers, await idsOf(personId), sealer);
      put = await writing(STORES, async (tx) => {
        await unchanged(tx, sealer);
        return putDraft(tx, row, fresh, new Set(buffers.keys()));
      });
    }
  });
}

async function idsOf(personId: string): Promise<Set<string>> {
  return new Set(
    await reading(["draft_bytes"], (tx) => tx.objectStore("draft_bytes").index("person").getAllKeys(personId)),
  );
}

async function closeNew(
  personId: string,
  buffers: ReadonlyMap<string, ArrayBuffer>,
  there: ReadonlySet<string>,
  sealer: Sealer,
): Promise<StoredDraftBytes[]> {
  const fresh: StoredDraftBytes[] = [];
  for (const [id, bytes] of buffers) {
    if (there.has(id)) continue;
    fresh.push({ ...(await closeBytes("draft_bytes", id, bytes, sealer.key)), person_id: personId });
  }
  return fresh;
}

async function closeDraft(personId: string, content: unknown, { key }: Sealer): Promise<StoredDraft> {
  const about = { person_id: personId, saved_at: new Date().toISOString() };
  return key ? { ...about, sealed: await sealValue(key, `drafts/${personId}`, content) } : { ...about, content };
}

/** False, and nothing done, when another window has taken a picture away that was thought to be here. */
async function putDraft(tx: Write, row: StoredDraft, fresh: StoredDraftBytes[], used: Set<string>): Promise<boolean> {
  const store = tx.objectStore("draft_bytes");
  const there = await store.index("person").getAllKeys(row.person_id);
  const whole = new Set([...there, ...fresh.map((one) => one.id)]);
  for (const id of used) if (!whole.has(id)) return false;
  await Promise.all([
    tx.objectStore("drafts").put(row),
    ...fresh.map((one) => store.put(one)),
    ...there.filter((id) => !used.has(id)).map((id) => store.delete(id)),
  ]);
  return true;
}

/** The person's draft as it was saved, or undefined. Rejects with VaultLocked while it is locked. */
export async function loadDraft(personId: string): Promise<unknown> {
  const { row, pictures } = await reading(["drafts", "draft_bytes"], async (tx) => ({
    row: await tx.objectStore("drafts").get(personId),
    pictures: await tx.objectStore("draft_bytes").index("person").getAll(personId),
  }));
  if (!row) return undefined;
  const buffers = new Map<string, ArrayBuffer>();
  for (const picture of pictures) {
    const bytes = await openStoredBytes("draft_bytes", picture);
    buffers.set(picture.id, bytes);
    known.set(bytes, picture.id);
  }
  return together(await contentOf(row), buffers);
}

async function contentOf(row: StoredDraft): Promise<unknown> {
  if (!row.sealed) return row.content;
  const key = keyFor(row.sealed);
  if (!key) throw new VaultLocked();
  return openValue(key, `drafts/${row.person_id}`, row.sealed);
}

export async function dropDraft(personId: string): Promise<void> {
  await writing(["drafts", "draft_bytes"], async (tx) => {
    await Promise.all(await deleteDraft(tx, personId));
  });
}
