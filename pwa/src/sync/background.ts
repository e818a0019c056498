/**
 * Background Sync, where the browser has it (Chromium): it wakes the service worker when there is
 * signal, though no window is open. Elsewhere sending waits until the app is opened.
 */
export const TAG = "sightline-outbox";

interface WithSync {
  sync?: { register(tag: string): Promise<void> };
}

/** Asks the browser to wake the service worker once there is signal. */
export function askForBackground(): void {
  void globalThis.navigator?.serviceWorker?.ready
    .then((registration) => (registration as WithSync).sync?.register(TAG))
    .catch(() => undefined);
}
