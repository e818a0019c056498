/**
 * The sender of a window. Safari has no Background Sync, so it wakes when the app opens, becomes
 * visible, comes online, when something was saved, and on a timer while it is visible.
 */
import { ask, onHeard } from "../api/client";
import { type OutboxItem, StorageProblem } from "../storage/db";
import * as store from "../storage/outbox";
import { askForBackground } from "./background";
import { backoffS, type Stop } from "./decide";
import { type Held, underLock } from "./lock";
import { forgetShown, outboxRead, showGathered, showItems, showPhotos } from "./outbox-state";
import { pull } from "./pull";
import { newMemory, sendAll } from "./sending";
import { checkSession } from "./session";
import * as state from "./state";
import { settledItems } from "./sweeping";

const POLL_MS = 5_000;

const memory = newMemory();
let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
let again = false;
let failures = 0;
let notBefore = 0;

let savedMeanwhile = false;
let wakeSender: (() => void) | null = null;

function noteSaved(): void {
  if (wakeSender) wakeSender();
  else savedMeanwhile = true;
  wakeSender = null;
}

/** Resolves as soon as something has been saved since this was last asked. */
function saved(): Promise<void> {
  if (savedMeanwhile) {
    savedMeanwhile = false;
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    wakeSender = resolve;
  });
}

/**
 * Sends and pulls now. A person's own wish ("try again", opening the app) does not wait for the
 * back-off; nor does a save, where it was only signal that was missing.
 */
export function kick(reason: "saved" | "opened" | "online" | "asked" | "timer"): void {
  if (reason === "saved") askForBackground();
  const { hindrance } = state.link.value;
  const unheard = hindrance === "no_signal" || hindrance === "not_our_server";
  if (reason === "saved" ? unheard : reason !== "timer") notBefore = 0;
  if (reason === "opened" || reason === "asked") askAgainAboutAll();
  if (running) {
    if (reason === "saved") noteSaved();
    again = again || reason !== "timer";
    return;
  }
  void runOnce();
}

/** What the server answered before may be another answer now: a dispatcher decided, a server was updated. */
function askAgainAboutAll(): void {
  Object.assign(memory, { olderAskedOf: null, conflictsAskedAt: null, waitingAskedAt: null });
  memory.photosAskedAt.clear();
  memory.pushedAgain.clear();
}

async function runOnce(): Promise<void> {
  clearTimeout(timer);
  running = true;
  try {
    if (Date.now() >= notBefore) await underLock(cycle);
  } catch (error) {
    failures += 1;
    notBefore = Date.now() + backoffS(failures, Math.random()) * 1000;
    // The phone's own store did not answer: what is on the screen stays, and it is tried again.
    if (!(error instanceof StorageProblem)) reportError(error);
  } finally {
    running = false;
    showGathered();
    if (state.link.value.busy) state.link.value = { ...state.link.value, busy: false };
    const soon = again && Date.now() >= notBefore;
    again = false;
    schedule(soon ? 0 : Math.max(POLL_MS, notBefore - Date.now()));
  }
}

function schedule(ms: number): void {
  clearTimeout(timer);
  if (document.visibilityState !== "visible" && ms > 0) return;
  timer = setTimeout(() => kick("timer"), ms);
}

async function cycle(held: Held): Promise<void> {
  await outboxRead();
  const { person, status } = state.session.value;
  if (status !== "signed_in" || !person) return;
  if (state.session.value.expired && !(await checkSession())) return;
  const personId = person.id;
  const outcome = await send(personId, held);
  let hindrance = outcome.stop ? settle(outcome.stop) : null;
  // What the server failed on is no reason to leave the phone's rows old.
  if ((!outcome.stop || outcome.stop.suspect) && state.session.value.person?.id === personId) {
    const pulled = await pull(personId);
    if (pulled.hindrance) hindrance = settle({ hindrance: pulled.hindrance, waitS: pulled.waitS, suspect: false });
  }
  if (outcome.more && !outcome.stop) again = true;
  if (hindrance === null) {
    failures = 0;
    notBefore = 0;
    await sweep();
  }
  const heard_at = hindrance === null ? state.serverNow().toISOString() : state.link.value.heard_at;
  state.link.value = { hindrance, busy: false, heard_at };
}

function send(personId: string, held: Held) {
  const isMine = (one: { state: string; person_id: string }) => one.state === "here" && one.person_id === personId;
  const waiting = state.items.value.some(isMine) || state.localPhotos.value.some(isMine);
  if (waiting) state.link.value = { ...state.link.value, busy: true };
  // Nobody waits any more for what an earlier run asked for.
  wakeSender = null;
  return sendAll({
    personId,
    deviceId: state.deviceId.value,
    ask,
    store,
    memory,
    items: async () => state.items.value,
    photos: async () => {
      showGathered();
      return state.localPhotos.value;
    },
    changed: ({ items, photos }) => {
      if (items) showItems(items);
      if (photos) showPhotos(photos);
    },
    saved,
    mayGoOn: () => held.mayGoOn() && state.session.value.person?.id === personId,
  });
}

/** Notes a hindrance and how long to wait. */
function settle(stop: Stop): state.Hindrance {
  failures += 1;
  const waitS = Math.max(stop.waitS ?? 0, backoffS(failures, Math.random()));
  notBefore = Date.now() + waitS * 1000;
  if (stop.hindrance === "sign_in") void checkSession();
  return stop.hindrance;
}

/** Takes away what the server has and shows by itself. */
async function sweep(): Promise<void> {
  const rows = [...state.serverDefects.value, ...state.serverJobs.value];
  const done = settledItems(state.items.value, state.localPhotos.value, rows, Date.now());
  if (done.length === 0) return;
  await store.dropItems(done);
  forgetShown(done);
}

/**
 * Fetches everything that this person may see anew, in the place of what is here. The outbox is not
 * touched, and what is here stays until the new has come. Null when it worked, else what hinders.
 */
export async function resync(): Promise<state.Hindrance> {
  const { person } = state.session.value;
  if (!person) return "sign_in";
  let hindrance: state.Hindrance = null;
  await underLock(async () => {
    hindrance = (await pull(person.id, true)).hindrance;
  });
  if (hindrance === null) kick("asked");
  else state.link.value = { ...state.link.value, hindrance };
  return hindrance;
}

/** Puts a refused item (or its refused photos) back in the queue, as a person asked. */
export async function retry(itemId: string): Promise<void> {
  const items: OutboxItem[] = state.items.value
    .filter((item) => item.id === itemId && item.state !== "sent")
    .map((item) => ({ ...item, state: "here" as const, reason: null, code: null }));
  await store.saveItems(items);
  showItems(items);
  for (const photo of state.localPhotos.value) {
    if (photo.operation_id !== itemId || photo.state !== "refused") continue;
    const again = { ...photo, state: "here" as const, reason: null };
    await store.savePhoto(again);
    showPhotos([again]);
  }
  showGathered();
  kick("asked");
}

/** Throws one item and its photos away, as a person asked and confirmed. */
export async function discard(itemId: string): Promise<void> {
  await store.dropItems([itemId]);
  forgetShown([itemId]);
}

export function startSender(): void {
  onHeard((heard) => {
    if (heard.code === null) memory.heardAt = heard.got_ms;
    memory.api = heard.api;
  });
  addEventListener("online", () => kick("online"));
  addEventListener("pageshow", () => kick("online"));
  document.addEventListener("resume", () => kick("online"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      kick("opened");
      return;
    }
    clearTimeout(timer);
    const isHere = (one: { state: string }) => one.state === "here";
    if (state.items.value.some(isHere) || state.localPhotos.value.some(isHere)) askForBackground();
  });
  kick("opened");
}
