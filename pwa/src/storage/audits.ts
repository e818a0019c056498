/** Audits as the server last told them, and the versions of checklists that they are walked by. */
import type { PublishedChecklist } from "../api/types";
import { reading, writing } from "./db";
import type { KeptAudit, StoredChecklist } from "./schema";

export type { KeptAudit, StoredChecklist } from "./schema";

export async function allAudits(): Promise<KeptAudit[]> {
  return reading(["audits"], (tx) => tx.objectStore("audits").getAll());
}

export async function allChecklists(): Promise<StoredChecklist[]> {
  return reading(["checklists"], (tx) => tx.objectStore("checklists").getAll());
}

/** Writes what came and takes away what no longer belongs on this phone, and the version behind it, at once. */
export async function putAudits(
  personId: string,
  rows: readonly KeptAudit[],
  goneIds: readonly string[],
  etag: string | null,
): Promise<void> {
  await writing(["audits", "meta"], async (tx) => {
    const store = tx.objectStore("audits");
    await Promise.all([
      ...rows.map((row) => store.put(row)),
      ...goneIds.map((id) => store.delete(id)),
      tx.objectStore("meta").put({ person_id: personId, etag }, "audits_etag"),
    ]);
  });
}

/**
 * Keeps what is published now. Versions that were replaced stay on the phone, marked, as long as
 * `inUse` names them: a walk goes on by the version that it began with.
 */
export async function putPublished(
  published: readonly PublishedChecklist[],
  etag: string | null,
  inUse: ReadonlySet<string>,
): Promise<void> {
  await writing(["checklists", "meta"], async (tx) => {
    const store = tx.objectStore("checklists");
    const now = new Set(published.map((one) => one.version_id));
    const before = await store.getAll();
    await Promise.all([
      ...published.map((one) => store.put({ ...one, published: true })),
      ...before
        .filter((one) => !now.has(one.version_id))
        .map((one) =>
          inUse.has(one.version_id) ? store.put({ ...one, published: false }) : store.delete(one.version_id),
        ),
      tx.objectStore("meta").put(etag, "checklists_etag"),
    ]);
  });
}

/** Keeps one older version that an audit on this phone goes by. */
export async function putReplaced(one: PublishedChecklist): Promise<void> {
  await writing(["checklists"], (tx) => tx.objectStore("checklists").put({ ...one, published: false }));
}
