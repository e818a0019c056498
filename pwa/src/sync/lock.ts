/**
 * One sender on a device, across windows and the service worker. Whoever asks is queued, so nobody's
 * work waits for another's timer; a run is short, so a holder that keeps the lock far longer has been
 * frozen by its system, and it is taken from it.
 */
const LOCK = "sightline-sender";

/** After this a run begins no further request. */
export const RUN_MS = 60_000;
/** Longer than a run and its longest request together. */
const FROZEN_AFTER_MS = 240_000;

export interface Held {
  /** False once the run has had its time, or the lock was taken away. */
  mayGoOn(): boolean;
}

/** Runs `work` when no other window does; resolves when it is through. */
export async function underLock(work: (held: Held) => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  let taken = false;
  let until = 0;
  const held: Held = { mayGoOn: () => !taken && Date.now() < until && until - Date.now() <= RUN_MS };
  const run = () => {
    until = Date.now() + RUN_MS;
    return work(held);
  };
  if (!locks) return run();
  try {
    await locks.request(LOCK, { signal: AbortSignal.timeout(FROZEN_AFTER_MS) }, run);
  } catch (error) {
    if (until > 0) {
      // It began: either its own fault, or another took the lock while this window stood still.
      taken = true;
      if (!isAbort(error)) throw error;
      return;
    }
    if (!isAbort(error)) throw error;
    await locks.request(LOCK, { steal: true }, run);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "AbortError" || error.name === "TimeoutError");
}
