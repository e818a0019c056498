/** Locks what a PIN can lock when Sightline has been out of sight for a while. */
import { lockHere } from "../storage/locks";

const AFTER_MS = 5 * 60_000;

export function watchLock(): void {
  let hiddenAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      hiddenAt = Date.now();
      timer = setTimeout(lockHere, AFTER_MS);
    } else if (hiddenAt > 0 && Date.now() - hiddenAt >= AFTER_MS) {
      // A phone stops timers of what is out of sight.
      lockHere();
    }
  });
}
