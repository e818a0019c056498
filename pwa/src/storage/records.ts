/** Between records as callers see them and records at rest, sealed or not. */
import { keyFor } from "./keys";
import { VaultLocked } from "./problems";
import type { LocalPhoto, OutboxItem, StoredBytes, StoredItem, StoredPhoto } from "./schema";
import { type DataKey, openBytes, openValue, type Sealed, sealBytes, sealValue } from "./sealing";

const placeOf = {
  operation: (id: string) => `operations/${id}`,
  operationReason: (id: string) => `operations/${id}/reason`,
  photo: (id: string) => `photos/${id}`,
  photoReason: (id: string) => `photos/${id}/reason`,
};

function isSealed(reason: string | Sealed | null): reason is Sealed {
  return typeof reason === "object" && reason !== null;
}

async function reasonOf(reason: string | Sealed | null, place: string): Promise<string | null> {
  if (!isSealed(reason)) return reason;
  const key = keyFor(reason);
  return key && openValue<string>(key, place, reason);
}

async function sealReason(
  key: DataKey | null,
  reason: string | Sealed | null,
  place: string,
): Promise<string | Sealed | null> {
  return key && typeof reason === "string" ? sealValue(key, place, reason) : reason;
}

export function sealItemReason(key: DataKey | null, id: string, reason: string | null) {
  return sealReason(key, reason, placeOf.operationReason(id));
}

export function sealPhotoReason(key: DataKey | null, id: string, reason: string | null) {
  return sealReason(key, reason, placeOf.photoReason(id));
}

/** The item as it is to be written; by no key: as it is. */
export async function closeItem(item: OutboxItem, revision: string, key: DataKey | null): Promise<StoredItem> {
  if (!key) return { ...item, revision };
  const { operation, ...rest } = item;
  return {
    ...rest,
    revision,
    reason: await sealItemReason(key, item.id, item.reason),
    sealed: await sealValue(key, placeOf.operation(item.id), operation),
  };
}

/** Null while its content is sealed and its person locked, or when it can't be opened at all. */
export async function openItem(stored: StoredItem): Promise<OutboxItem | null> {
  const { sealed, revision: _revision, operation: plain, reason, ...rest } = stored;
  try {
    const key = sealed && keyFor(sealed);
    const operation =
      plain ??
      (sealed && key ? await openValue<OutboxItem["operation"]>(key, placeOf.operation(rest.id), sealed) : null);
    if (!operation) return null;
    return { ...rest, operation, reason: await reasonOf(reason, placeOf.operationReason(rest.id)) };
  } catch {
    return null;
  }
}

export async function closePhoto(
  photo: LocalPhoto,
  previewSizeBytes: number,
  key: DataKey | null,
): Promise<StoredPhoto> {
  if (!key) return { ...photo, preview_size_bytes: previewSizeBytes };
  // Named one by one: what a photo learns to hold later is hidden unless it is added here.
  const { id, operation_id, person_id, size_bytes, state, reason, tries, offset, ...more } = photo;
  const { has_bytes, has_preview, sent_at, ...facts } = more;
  return {
    ...{ id, operation_id, person_id, size_bytes, state, tries, offset, has_bytes, has_preview, sent_at },
    preview_size_bytes: previewSizeBytes,
    reason: await sealPhotoReason(key, id, reason),
    sealed: await sealValue(key, placeOf.photo(id), facts),
  };
}

export async function openPhoto(stored: StoredPhoto): Promise<LocalPhoto | null> {
  const { sealed, preview_size_bytes: _size, reason, ...rest } = stored;
  try {
    const key = sealed && keyFor(sealed);
    if (sealed && !key) return null;
    const facts = sealed && key ? await openValue<Partial<LocalPhoto>>(key, placeOf.photo(rest.id), sealed) : {};
    return { ...rest, ...facts, reason: await reasonOf(reason, placeOf.photoReason(rest.id)) } as LocalPhoto;
  } catch {
    return null;
  }
}

type BytesStore = "photo_bytes" | "previews" | "draft_bytes";

export async function closeBytes(
  store: BytesStore,
  id: string,
  bytes: ArrayBuffer,
  key: DataKey | null,
): Promise<StoredBytes> {
  return key ? { id, sealed: await sealBytes(key, `${store}/${id}`, bytes) } : { id, bytes };
}

/** Rejects with VaultLocked while its person is locked. */
export async function openStoredBytes(store: BytesStore, stored: StoredBytes): Promise<ArrayBuffer> {
  if (stored.bytes) return stored.bytes;
  const key = stored.sealed && keyFor(stored.sealed);
  if (!stored.sealed || !key) throw new VaultLocked();
  return openBytes(key, `${store}/${stored.id}`, stored.sealed);
}

/** Those that can be opened now. */
export async function opened<S, T>(stored: S[], open: (one: S) => Promise<T | null>): Promise<T[]> {
  const all = await Promise.all(stored.map(open));
  return all.filter((one): one is Awaited<T> & T => one !== null);
}
