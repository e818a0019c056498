/**
 * Which people's records are sealed on this phone, and whose key is open in this window. The keys
 * are in memory only: closing the app locks it.
 */
import { type Read, reading, type Store, type Write } from "./db";
import { VaultLocked } from "./problems";
import type { Vault } from "./schema";
import type { DataKey, Sealed } from "./sealing";

const open = new Map<string, DataKey>();

export function keyOf(personId: string): DataKey | null {
  return open.get(personId) ?? null;
}

export function holdKey(personId: string, key: DataKey): void {
  open.set(personId, key);
}

export function dropKeys(): string[] {
  const people = [...open.keys()];
  open.clear();
  return people;
}

export function dropKey(personId: string): void {
  open.delete(personId);
}

/** The open key that something was sealed with; null while its person is locked. */
export function keyFor(sealed: Sealed): DataKey | null {
  for (const key of open.values()) if (key.key_id === sealed.key_id) return key;
  return null;
}

/** How a person's records are written just now: sealed by `key`, or, when it is null, as they are. */
export interface Sealer {
  person_id: string;
  key: DataKey | null;
  locked: boolean;
  vault: string;
}

/** Says whether two looks at a person's vault would write in the same way. */
function stamp(vault: Vault | undefined): string {
  if (!vault) return "none";
  return vault.state === "removing" ? `removing ${vault.key_id}` : vault.key_id;
}

function sealerBy(personId: string, vault: Vault | undefined): Sealer {
  const sealing = vault && vault.state !== "removing";
  const held = keyOf(personId);
  const key = sealing && held?.key_id === vault.key_id ? held : null;
  return { person_id: personId, key, locked: Boolean(sealing) && key === null, vault: stamp(vault) };
}

export function vaultOf(personId: string): Promise<Vault | undefined> {
  return reading(["vaults"], (tx) => tx.objectStore("vaults").get(personId));
}

/** A PIN was set or taken away between sealing and writing: seal again. */
export class VaultChanged extends Error {
  override name = "VaultChanged";
}

/**
 * Sealing can't wait inside a transaction, so it is done before; `unchanged`, first in the
 * transaction, makes sure that it is still right, and `attempt` is made again when it is not.
 */
export async function sealing<T>(personId: string, attempt: (sealer: Sealer) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const sealer = sealerBy(personId, await vaultOf(personId));
    try {
      return await attempt(sealer);
    } catch (error) {
      if (!(error instanceof VaultChanged) || tries === 5) throw error;
    }
  }
}

/** The stores of a transaction that `unchanged` looks into. */
export function withVaults(...stores: Store[]): Store[] {
  return [...stores, "vaults"];
}

export async function unchanged(tx: Read | Write, sealer: Sealer): Promise<void> {
  const vault = await tx.objectStore("vaults").get(sealer.person_id);
  if (stamp(vault) !== sealer.vault) throw new VaultChanged("The PIN was changed meanwhile");
}

export function mustBeOpen(sealer: Sealer): void {
  if (sealer.locked) throw new VaultLocked();
}
