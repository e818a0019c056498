/**
 * The single sender: whichever window holds the lock pushes what is here, oldest first, records
 * before photos, then pulls. Safari has no Background Sync, so it wakes when the app opens, becomes
 * visible, comes online, when something was saved, and on a timer while it is visible.
 */
import { ask } from "../api/client";
import type { PushAnswer } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import * as store from "../storage/outbox";
import { tellOtherTabs } from "./channel";
import { afterPhoto, afterPush, backoffS, type Next, type PhotoReceipt } from "./decide";
import { forgetUrls } from "./local-photos";
import { pull } from "./pull";
import { checkSession, noteServerTime } from "./session";
import * as state from "./state";

const BATCH = 50;
const POLL_MS = 5_000;
const LOCK = "sightline-sender";

let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
let again = false;
let failures = 0;
let notBefore = 0;

/** Sends and pulls now. A person's own wish ("try again", a save) does not wait for the back-off. */
export function kick(reason: "saved" | "opened" | "online" | "asked" | "timer"): void {
  if (reason !== "timer" && reason !== "saved") notBefore = 0;
  if (running) {
    again = reason !== "timer";
    return;
  }
  void runOnce();
}

async function runOnce(): Promise<void> {
  clearTimeout(timer);
  running = true;
  try {
    if (Date.now() >= notBefore) await underLock(cycle);
  } finally {
    running = false;
    const soon = again;
    again = false;
    schedule(soon ? 0 : Math.max(POLL_MS, notBefore - Date.now()));
  }
}

function schedule(ms: number): void {
  clearTimeout(timer);
  if (document.visibilityState !== "visible" && ms > 0) return;
  timer = setTimeout(() => kick("timer"), ms);
}

async function underLock(work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    else await reload();
  });
}

async function cycle(): Promise<void> {
  const { person, status } = state.session.value;
  if (status !== "signed_in" || !person) return;
  if (state.session.value.expired && !(await checkSession())) return;
  const waiting = state.items.value.some((item) => item.state === "here" && item.person_id === person.id);
  state.link.value = { ...state.link.value, busy: waiting };
  let hindrance = await pushAll(person.id);
  hindrance ??= await sendPhotos(person.id);
  hindrance ??= settle(await pull(person.id));
  if (hindrance === null) {
    failures = 0;
    notBefore = 0;
    await sweep();
  }
  const heard_at = hindrance === null ? state.serverNow().toISOString() : state.link.value.heard_at;
  state.link.value = { hindrance, busy: false, heard_at };
}

/** Notes a hindrance and how long to wait; null when there is none. */
function settle(next: Pick<Next<unknown>, "hindrance" | "waitS">): state.Hindrance {
  if (next.hindrance === null) return null;
  failures += 1;
  const waitS = Math.max(next.waitS ?? 0, backoffS(failures, Math.random()));
  notBefore = Date.now() + waitS * 1000;
  if (next.hindrance === "sign_in") void checkSession();
  return next.hindrance;
}

async function pushAll(personId: string): Promise<state.Hindrance> {
  let size = BATCH;
  const tried = new Set<string>();
  for (;;) {
    const queue = state.items.value
      .filter((item) => item.person_id === personId && item.state === "here" && !tried.has(item.id))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, size);
    if (queue.length === 0) return null;
    const batch = await store.markTried(
      queue.map((item) => item.id),
      new Date().toISOString(),
    );
    for (const item of queue) if (!batch.some((own) => own.id === item.id)) tried.add(item.id);
    if (batch.length === 0) continue;
    const marked = new Map(batch.map((item) => [item.id, item]));
    state.items.value = state.items.value.map((item) => marked.get(item.id) ?? item);
    const answer = await ask<PushAnswer>("/api/sync/push", {
      method: "POST",
      json: { device_id: state.deviceId.value, operations: batch.map((item) => item.operation) },
    });
    if (answer.kind === "ok") noteServerTime(answer);
    const next = afterPush(batch, answer, new Date().toISOString());
    await keepItems(next.changed);
    if (next.hindrance !== null) return settle(next);
    if (next.isolate) size = 1;
    else for (const item of batch) tried.add(item.id);
  }
}

async function sendPhotos(personId: string): Promise<state.Hindrance> {
  const sent = new Set(state.items.value.filter((item) => item.state === "sent").map((item) => item.id));
  const known = new Set(state.items.value.map((item) => item.id));
  const queue = state.localPhotos.value.filter(
    (photo) =>
      photo.person_id === personId &&
      photo.state === "here" &&
      photo.has_bytes &&
      (sent.has(photo.operation_id) || !known.has(photo.operation_id)),
  );
  for (const photo of queue) {
    const bytes = await store.photoBytes(photo.id);
    if (bytes === null) continue;
    const answer = await ask<PhotoReceipt>(`/api/photos/${photo.id}`, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Type": photo.content_type, "X-Content-SHA256": photo.sha256 },
      timeoutMs: 120_000,
    });
    const next = afterPhoto(photo, answer);
    for (const changed of next.changed) await keepPhoto(changed);
    if (next.hindrance !== null) return settle(next);
  }
  return null;
}

async function keepItems(changed: OutboxItem[]): Promise<void> {
  if (changed.length === 0) return;
  await store.saveItems(changed);
  const byId = new Map(changed.map((item) => [item.id, item]));
  state.items.value = state.items.value.map((item) => byId.get(item.id) ?? item);
  tellOtherTabs();
}

async function keepPhoto(changed: LocalPhoto): Promise<void> {
  if (changed.state === "sent") await store.freePhoto({ ...changed, sent_at: new Date().toISOString() });
  else await store.savePhoto(changed);
  state.localPhotos.value = state.localPhotos.value.map((photo) => (photo.id === changed.id ? changed : photo));
  tellOtherTabs();
}

/**
 * Takes away what the server has and shows by itself: sent operations whose row has come back, all
 * of whose photos are confirmed and ready there.
 */
async function sweep(): Promise<void> {
  const rows = new Map([...state.serverDefects.value, ...state.serverJobs.value].map((row) => [row.id, row]));
  const now = Date.now();
  const done = state.items.value.filter((item) => {
    if (item.state !== "sent") return false;
    const photos = state.localPhotos.value.filter((photo) => photo.operation_id === item.id);
    if (photos.some((photo) => photo.state !== "sent")) return false;
    const age = now - Date.parse(item.sent_at ?? "");
    const target = item.operation.payload as { defect_id?: string; job_id?: string };
    const row = rows.get(target.job_id ?? target.defect_id ?? "");
    const ready = photos.every((photo) =>
      row?.photos.some((there) => there.id === photo.id && there.state === "ready"),
    );
    const based = item.operation.based_on;
    const seen = row !== undefined && (based === null || row.version > based);
    return (seen && ready) || age > DAY_MS || (photos.length === 0 && age > 60_000);
  });
  if (done.length === 0) return;
  await store.dropItems(done.map((item) => item.id));
  await reload();
  tellOtherTabs();
}

const DAY_MS = 86_400_000;

/** Reads the outbox again from the phone's database. */
export async function reload(): Promise<void> {
  const [items, photos] = await Promise.all([store.allItems(), store.allPhotos()]);
  state.localPhotos.value = photos;
  state.items.value = items;
  forgetUrls(new Set(photos.map((photo) => photo.id)));
}

/** Puts a refused item (or its refused photos) back in the queue, as a person asked. */
export async function retry(itemId: string): Promise<void> {
  await keepItems(
    state.items.value
      .filter((item) => item.id === itemId && item.state !== "sent")
      .map((item) => ({ ...item, state: "here" as const, reason: null, code: null })),
  );
  for (const photo of state.localPhotos.value) {
    if (photo.operation_id === itemId && photo.state === "refused") {
      await keepPhoto({ ...photo, state: "here", reason: null });
    }
  }
  kick("asked");
}

/** Throws one item and its photos away, as a person asked and confirmed. */
export async function discard(itemId: string): Promise<void> {
  await store.dropItems([itemId]);
  await reload();
  tellOtherTabs();
}

export function startSender(): void {
  addEventListener("online", () => kick("online"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") kick("opened");
    else clearTimeout(timer);
  });
  kick("opened");
}
