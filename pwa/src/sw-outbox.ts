/**
 * The service worker's part in sending: where the browser has Background Sync, it sends what is on
 * the phone as soon as there is signal, though no window is open. It sends by itself and answers for
 * no page: requests of a page still never pass through the worker.
 */
import { ask, nameDevice } from "./api/client";
import { getMeta } from "./storage/db";
import { lockState } from "./storage/locks";
import * as store from "./storage/outbox";
import { TAG } from "./sync/background";
import { tellOtherTabs } from "./sync/channel";
import { type Held, underLock } from "./sync/lock";
import { newMemory, type Outcome, sendAll } from "./sync/sending";

declare const self: ServiceWorkerGlobalScope;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const memory = newMemory();
/** The browser ends a worker that takes longer than a few minutes. */
const MOST_RUNS = 3;

self.addEventListener("sync", (event) => {
  const { tag } = event as SyncEvent;
  if (tag === TAG) (event as SyncEvent).waitUntil(sendUnseen());
});

/** Rejects when something is left that may go later: the browser then wakes the worker again. */
async function sendUnseen(): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window" });
  // A window in front sends by itself, and shows it.
  if (windows.some((client) => client.visibilityState === "visible")) return;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    let outcome: Outcome | null = null;
    await underLock(async (held) => {
      outcome = await sendOnce(held);
    });
    const { stop, more } = (outcome as Outcome | null) ?? { stop: null, more: false };
    if (stop?.hindrance === "sign_in") return;
    if (stop) throw new Error(`nothing can be sent now: ${stop.hindrance}`);
    if (!more) return;
  }
  throw new Error("there is more to send");
}

/** Nothing to do is done: signed out, on the way out, or locked by a PIN that only a window knows. */
async function sendOnce(held: Held): Promise<Outcome> {
  const [person, deviceId, leaving] = await Promise.all([getMeta("person"), getMeta("device_id"), getMeta("leaving")]);
  const nothing: Outcome = { stop: null, more: false };
  if (!person || !deviceId || leaving || (await lockState(person.id)) === "locked") return nothing;
  nameDevice(deviceId);
  memory.heardAt = null;
  return sendAll({
    personId: person.id,
    deviceId,
    ask,
    store,
    memory,
    items: store.allItems,
    photos: store.allPhotos,
    changed: tellOtherTabs,
    saved: () => new Promise(() => undefined),
    mayGoOn: held.mayGoOn,
  });
}
