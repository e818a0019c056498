/** The cryptography of records at rest: AES-256-GCM by WebCrypto. No database in here. */

/** Bytes under a person's key. Nobody without the PIN can read or change them unnoticed. */
export interface Sealed {
  /** Which key: a person who takes the PIN away and sets one again has another. */
  key_id: string;
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** An opened key, in memory only; the browser doesn't give its bytes to anybody. */
export interface DataKey {
  key_id: string;
  key: CryptoKey;
}

/** Bytes from the browser's own source of randomness. */
export function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A random name: 32 hexadecimal digits. */
export function randomName(): string {
  return Array.from(random(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Seals bytes for one place, "photo_bytes/<id>": a record that somebody moves to another id or
 * another store doesn't open there. A fresh random IV each time.
 */
export async function sealBytes(by: DataKey, place: string, bytes: BufferSource): Promise<Sealed> {
  const iv = random(12);
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
  return { key_id: by.key_id, iv, data: await crypto.subtle.encrypt(how, by.key, bytes) };
}

/** Rejects (OperationError) when the record was changed, moved, or sealed by another key. */
export async function openBytes(by: DataKey, place: string, sealed: Sealed): Promise<ArrayBuffer> {
  const how = { name: "AES-GCM", iv: sealed.iv, additionalData: new TextEncoder().encode(place) };
  return crypto.subtle.decrypt(how, by.key, sealed.data);
}

/** Seals anything that JSON can say. */
export async function sealValue(by: DataKey, place: string, value: unknown): Promise<Sealed> {
  return sealBytes(by, place, new TextEncoder().encode(JSON.stringify(value)));
}

export async function openValue<T>(by: DataKey, place: string, sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(by, place, sealed))) as T;
}
