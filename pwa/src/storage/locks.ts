/** Whether a person's work is locked in this window, and locking it. What the PIN itself needs is in vault.ts. */
import { dropKey, dropKeys, keyOf, vaultOf } from "./keys";

/** `none`: no PIN. `locked`: a PIN, not entered since the app was opened. */
export type LockState = "none" | "locked" | "open";

export async function lockState(personId: string): Promise<LockState> {
  const vault = await vaultOf(personId);
  if (!vault) return "none";
  return keyOf(personId)?.key_id === vault.key_id ? "open" : "locked";
}

const listeners = new Set<(personId: string) => void>();
const windows = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sightline-vault");

interface Told {
  /** Null: everybody. */
  person_id: string | null;
  lock: boolean;
}

windows?.addEventListener("message", (event: MessageEvent<Told>) => {
  const { person_id, lock } = event.data;
  if (person_id === null) return lockHere();
  if (lock) dropKey(person_id);
  tell(person_id);
});

/** Calls `listener` whenever a person's lock state may have changed, here or in another window. */
export function subscribe(listener: (personId: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(personId: string): void {
  for (const listener of listeners) listener(personId);
}

/** Tells this window and the others; with `lock` the others drop their key too. */
export function tellAll(personId: string, lock: boolean): void {
  tell(personId);
  windows?.postMessage({ person_id: personId, lock } satisfies Told);
}

/** Locks everybody's work in this window: it was left alone, another one may be in use. */
export function lockHere(): void {
  for (const personId of dropKeys()) tell(personId);
}

/** Locks everybody's work, in every window. */
export function lock(): void {
  lockHere();
  windows?.postMessage({ person_id: null, lock: true } satisfies Told);
}
