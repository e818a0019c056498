/**
 * New versions of the app. The service worker fetches one and lets it wait; nothing changes under a
 * person's hands until they say so, or until Sightline is opened anew.
 */
import { signal } from "@preact/signals";

/** True when a new version is on this device and waits, or when another window already took it. */
export const newVersion = signal(false);

const ASK_EVERY_MS = 60 * 60_000;
/** The service worker keeps the files of each version whose script a window names by this lock. */
const CODE_LOCK = "sightline-code:";

let registration: ServiceWorkerRegistration | null = null;
let asked = false;

function holdCode(): void {
  const script = new URL(import.meta.url).pathname;
  void navigator.locks?.request(CODE_LOCK + script, { mode: "shared" }, () => new Promise(() => undefined));
}

function watch(found: ServiceWorkerRegistration): void {
  registration = found;
  const look = () => {
    if (found.waiting && navigator.serviceWorker.controller) newVersion.value = true;
  };
  look();
  found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", look));
  const ask = () => void found.update().catch(() => undefined);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  setInterval(ask, ASK_EVERY_MS);
}

export function watchUpdates(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  holdCode();
  const first = navigator.serviceWorker.controller === null;
  let changes = 0;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    changes += 1;
    if (asked) location.reload();
    // Another window took the new version. This one goes on with the code it has.
    else if (!first || changes > 1) newVersion.value = true;
  });
  addEventListener("load", () => {
    void navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then(watch, () => undefined);
  });
}

/** Starts the new version, as a person asked: the page is loaded anew. */
export function takeNewVersion(): void {
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage("take-over");
  else location.reload();
}
