/**
 * The PIN lock: a person's unsent work sealed on the phone. Each person on a phone has their own PIN,
 * or none. docs/phone-store.md tells what it protects against and what it doesn't.
 *
 * A store in which some records are sealed and others aren't works. Setting or taking away a PIN
 * turns records in small batches; what an interruption left is done after the next unlock.
 */
import { convert } from "./conversion";
import { writing } from "./db";
import { dropKey, holdKey, vaultOf } from "./keys";
import { tellAll } from "./locks";
import { newKey, openKey, ROUNDS, rewrap } from "./pin-key";
import { nameOf, PinRefused, StorageFull, StorageProblem } from "./problems";
import type { Vault } from "./schema";

/** Why this can't be a PIN, in words; null when it can: 6 digits or more, or 8 characters or more. */
export function pinProblem(pin: string): string | null {
  const digits = /^\d*$/.test(pin);
  if (digits && pin.length < 6) return "Use at least 6 digits.";
  if (!digits && pin.length < 8) return "Use at least 6 digits, or a phrase of at least 8 characters.";
  const steps = new Set([...pin].slice(1).map((one, index) => one.charCodeAt(0) - pin.charCodeAt(index)));
  const [step] = steps;
  if (steps.size === 1 && step !== undefined && Math.abs(step) < 2) return "Choose one that is harder to guess.";
  return null;
}

export interface PinOptions {
  /** PBKDF2 iterations. */
  rounds?: number;
  /** Told how many of how many records have been turned. */
  progress?: (done: number, all: number) => void;
}

function refuse(pin: string): void {
  const problem = pinProblem(pin);
  if (problem) throw new PinRefused(problem);
}

/**
 * Sets a PIN and seals what is here. From its first write on, what is saved is sealed. Rejects with
 * PinRefused, or StorageProblem when there is one already.
 */
export async function setPin(personId: string, pin: string, options: PinOptions = {}): Promise<void> {
  refuse(pin);
  const { kept, opened } = await newKey(personId, pin, options.rounds ?? ROUNDS);
  const vault: Vault = { ...kept, person_id: personId, state: "sealing", wrong: 0, wait_until: 0 };
  await change(personId, (now) => {
    if (now && now.key_id !== vault.key_id) throw new StorageProblem("There is a PIN already. Change it instead.");
    return vault;
  });
  holdKey(personId, opened);
  tellAll(personId, false);
  await finish(personId, options.progress).catch((error: unknown) => {
    throw error instanceof StorageFull ? new StorageFull(error, HALF_SEALED) : error;
  });
}

const HALF_SEALED =
  "The PIN is set, but this phone is too full to lock everything that is here. Nothing is lost. Free some space, then lock and enter the PIN again.";

/** Rewrites a person's vault in one transaction; `null` deletes it. `how` may run twice. */
async function change(personId: string, how: (now: Vault | undefined) => Vault | null): Promise<void> {
  await writing(
    ["vaults"],
    async (tx) => {
      const next = how(await tx.objectStore("vaults").get(personId));
      await (next ? tx.objectStore("vaults").put(next) : tx.objectStore("vaults").delete(personId));
    },
    { strict: true },
  );
}

export type Unlocked =
  | { opened: true }
  /** A wrong PIN, or a try before the wait was over; nothing is harmed by either. */
  | { opened: false; wrong: number; wait_s: number };

const LONGEST_WAIT_S = 900;

/** Seconds to wait after so many wrong tries: 1, 2, 4 … 900. */
export function waitAfterS(wrong: number): number {
  return wrong === 0 ? 0 : Math.min(LONGEST_WAIT_S, 2 ** (wrong - 1));
}

/** The phone's clock may have been put back: never longer than the wait itself. */
function waitS(vault: Vault, nowMs: number): number {
  return Math.max(0, Math.min(waitAfterS(vault.wrong), Math.ceil((vault.wait_until - nowMs) / 1000)));
}

/** Seconds until the next try is taken; 0: now. */
export async function nextTryInS(personId: string): Promise<number> {
  const vault = await vaultOf(personId);
  return vault ? waitS(vault, Date.now()) : 0;
}

/** One try, counted before it is made so that killing the app saves nobody the wait. */
async function attempt<T>(personId: string, open: (vault: Vault) => Promise<T | null>): Promise<T | Unlocked> {
  const seen = await vaultOf(personId);
  if (!seen) return { opened: true };
  const early = waitS(seen, Date.now());
  if (early > 0) return { opened: false, wrong: seen.wrong, wait_s: early };
  const wrong = seen.wrong + 1;
  const wait_s = waitAfterS(wrong);
  await change(personId, (now) => (now ? { ...now, wrong, wait_until: Date.now() + wait_s * 1000 } : null));
  const result = await open(seen);
  if (result === null) return { opened: false, wrong, wait_s };
  await change(personId, (now) => (now ? { ...now, wrong: 0, wait_until: 0 } : null));
  return result;
}

function isAnswer(result: unknown): result is Unlocked {
  return typeof result === "object" && result !== null && "opened" in result;
}

/** Opens a person's work with their PIN, in this window, until `lock` or the app is closed. */
export async function unlock(personId: string, pin: string): Promise<Unlocked> {
  const key = await attempt(personId, (vault) => openKey(vault, personId, pin));
  if (isAnswer(key)) return key;
  holdKey(personId, key);
  tellAll(personId, false);
  void finish(personId).catch(() => undefined);
  return { opened: true };
}

/** Another PIN for the same work; nothing has to be sealed anew. */
export async function changePin(
  personId: string,
  pin: string,
  nextPin: string,
  { rounds = ROUNDS }: PinOptions = {},
): Promise<Unlocked> {
  refuse(nextPin);
  const wrapped = await attempt(personId, (vault) => rewrap(vault, personId, pin, nextPin, rounds));
  if (isAnswer(wrapped)) return wrapped;
  await change(personId, (now) => (now?.key_id === wrapped.key_id ? { ...now, ...wrapped } : (now ?? null)));
  return { opened: true };
}

/** Takes the PIN away and leaves everything as it was before there was one. */
export async function removePin(personId: string, pin: string, options: PinOptions = {}): Promise<Unlocked> {
  const key = await attempt(personId, (vault) => openKey(vault, personId, pin));
  if (isAnswer(key)) return key;
  holdKey(personId, key);
  await change(personId, (now) => (now?.key_id === key.key_id ? { ...now, state: "removing" } : (now ?? null)));
  await finish(personId, options.progress);
  return { opened: true };
}

const finishing = new Map<string, Promise<void>>();

/** Resolves when no records of this person are being turned in this window. */
export async function settled(personId: string): Promise<void> {
  await finishing.get(personId)?.catch(() => undefined);
}

/** Turns what still has to be turned, one run at a time. */
function finish(personId: string, progress?: PinOptions["progress"]): Promise<void> {
  const before = finishing.get(personId) ?? Promise.resolve();
  const run = before
    .catch(() => undefined)
    .then(() => turn(personId, progress))
    .finally(() => {
      if (finishing.get(personId) === run) finishing.delete(personId);
    });
  finishing.set(personId, run);
  return run;
}

async function turn(personId: string, progress?: PinOptions["progress"]): Promise<void> {
  const vault = await vaultOf(personId);
  if (!vault || vault.state === "sealed") return;
  try {
    await convert(vault, progress);
  } catch (error) {
    // Locked, or decided otherwise in another window: the next unlock goes on from here.
    if (nameOf(error) === "VaultLocked" || nameOf(error) === "VaultChanged") return;
    throw error;
  }
  await change(personId, (now) => {
    if (now?.key_id !== vault.key_id || now.state !== vault.state) return now ?? null;
    return vault.state === "removing" ? null : { ...now, state: "sealed" };
  });
  if (vault.state === "removing") dropKey(personId);
  tellAll(personId, vault.state === "removing");
}
