/**
 * From a PIN to the key of a person's records, WebCrypto only. No database in here.
 *
 * A random AES-256-GCM key seals a person's records. It is kept wrapped by a second key that
 * PBKDF2-HMAC-SHA256 makes of the PIN and a random salt. The number of iterations is OWASP's
 * (Password Storage Cheat Sheet) and is kept with the wrapped key, so that it can rise.
 */
import { type DataKey, random, randomName } from "./sealing";

export const ROUNDS = 600_000;

export interface WrappedKey {
  key_id: string;
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
  iv: Uint8Array<ArrayBuffer>;
  wrapped: ArrayBuffer;
}

const AES = { name: "AES-GCM", length: 256 } as const;

/** The same PIN typed on another keyboard is the same PIN: NFKC, as RFC 8265 has it. */
async function keyOfPin(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const typed = new TextEncoder().encode(pin.normalize("NFKC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, AES, false, ["wrapKey", "unwrapKey"]);
}

function wrapping(keyId: string, personId: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`key/${personId}/${keyId}`) };
}

interface FreshWrap {
  kept: WrappedKey;
  ofPin: CryptoKey;
}

async function wrap(key: CryptoKey, keyId: string, personId: string, pin: string, rounds: number): Promise<FreshWrap> {
  const salt = random(16);
  const iv = random(12);
  const ofPin = await keyOfPin(pin, salt, rounds);
  const wrapped = await crypto.subtle.wrapKey("raw", key, ofPin, wrapping(keyId, personId, iv));
  return { kept: { key_id: keyId, salt, rounds, iv, wrapped }, ofPin };
}

/** A fresh key for a person's records: wrapped by their PIN, to keep, and opened, to use. */
export async function newKey(
  personId: string,
  pin: string,
  rounds: number,
): Promise<{ kept: WrappedKey; opened: DataKey }> {
  const key = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const { kept, ofPin } = await wrap(key, randomName(), personId, pin, rounds);
  // Taken out of its wrapping again, so that the one in use gives its bytes to nobody.
  const opened = await crypto.subtle.unwrapKey(
    "raw",
    kept.wrapped,
    ofPin,
    wrapping(kept.key_id, personId, kept.iv),
    AES,
    false,
    ["encrypt", "decrypt"],
  );
  return { kept, opened: { key_id: kept.key_id, key: opened } };
}

async function unwrap(
  kept: WrappedKey,
  personId: string,
  pin: string,
  extractable: boolean,
): Promise<CryptoKey | null> {
  const ofPin = await keyOfPin(pin, kept.salt, kept.rounds);
  const how = wrapping(kept.key_id, personId, kept.iv);
  try {
    return await crypto.subtle.unwrapKey("raw", kept.wrapped, ofPin, how, AES, extractable, ["encrypt", "decrypt"]);
  } catch {
    return null;
  }
}

/** The key, or null when the PIN is not the right one. */
export async function openKey(kept: WrappedKey, personId: string, pin: string): Promise<DataKey | null> {
  const key = await unwrap(kept, personId, pin, false);
  return key && { key_id: kept.key_id, key };
}

/** The same key under another PIN: what is sealed stays as it is. Null when the old PIN is wrong. */
export async function rewrap(
  kept: WrappedKey,
  personId: string,
  pin: string,
  nextPin: string,
  rounds: number,
): Promise<WrappedKey | null> {
  const key = await unwrap(kept, personId, pin, true);
  return key && (await wrap(key, kept.key_id, personId, nextPin, rounds)).kept;
}
