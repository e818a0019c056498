/** The outbox as screens see it: read once from the phone's database, then kept in step with it. */
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { lockState } from "../storage/locks";
import * as store from "../storage/outbox";
import { tellOtherTabs } from "./channel";
import { forgetUrls } from "./local-photos";
import * as state from "./state";

const GATHER_MS = 250;

let changes = 0;
let reading: Promise<void> | null = null;

/** Resolves when the outbox has been read; rejects with StorageProblem when it can't be. */
export function outboxRead(): Promise<void> {
  return state.outboxRead.value ? Promise.resolve() : reload();
}

/** Reads the outbox again; what was changed here meanwhile is read too. */
export async function reload(): Promise<void> {
  reading ??= readAll().finally(() => {
    reading = null;
  });
  return reading;
}

async function readAll(): Promise<void> {
  for (;;) {
    const before = changes;
    const [items, photos] = await Promise.all([store.allItems(), store.allPhotos()]);
    if (before !== changes) continue;
    waitingPhotos.clear();
    state.localPhotos.value = photos;
    state.items.value = items;
    await countSealed();
    forgetUrls(new Set(photos.map((photo) => photo.id)));
    state.outboxRead.value = true;
    return;
  }
}

/** Whether the PIN has to be given first, and how much is here that can't be opened until then. */
async function countSealed(): Promise<void> {
  const me = state.session.value.person?.id;
  if (!me) {
    state.locked.value = false;
    state.sealed.value = { items: 0, photos: 0 };
    return;
  }
  const [all, lock] = await Promise.all([store.counts(me), lockState(me)]);
  state.locked.value = lock === "locked";
  const mine = (one: { person_id: string; state: string }) => one.person_id === me && one.state === "here";
  const items = all.here - state.items.value.filter(mine).length;
  const photos = all.photos_here - state.localPhotos.value.filter(mine).length;
  state.sealed.value = { items: Math.max(0, items), photos: Math.max(0, photos) };
}

/** Shows what was just kept; call after the store has committed it. */
export function showKept(item: OutboxItem, photos: LocalPhoto[]): void {
  changes += 1;
  if (photos.length > 0) state.localPhotos.value = [...state.localPhotos.value, ...photos];
  state.items.value = [...state.items.value, item];
  tellOtherTabs();
}

export function showItems(changed: readonly OutboxItem[]): void {
  changes += 1;
  const byId = new Map(changed.map((item) => [item.id, item]));
  state.items.value = state.items.value.map((item) => byId.get(item.id) ?? item);
  tellOtherTabs();
}

const waitingPhotos = new Map<string, LocalPhoto>();
let gathering: ReturnType<typeof setTimeout> | undefined;

/** Shows changed photos, many at once: each showing goes over all of them. */
export function showPhotos(changed: readonly LocalPhoto[]): void {
  changes += 1;
  for (const photo of changed) waitingPhotos.set(photo.id, photo);
  gathering ??= setTimeout(showGathered, GATHER_MS);
}

/** Shows at once what was gathered. */
export function showGathered(): void {
  clearTimeout(gathering);
  gathering = undefined;
  if (waitingPhotos.size === 0) return;
  const byId = new Map(waitingPhotos);
  waitingPhotos.clear();
  state.localPhotos.value = state.localPhotos.value.map((photo) => byId.get(photo.id) ?? photo);
  tellOtherTabs();
}

export function forgetShown(ids: readonly string[]): void {
  changes += 1;
  const gone = new Set(ids);
  state.items.value = state.items.value.filter((item) => !gone.has(item.id));
  state.localPhotos.value = state.localPhotos.value.filter((photo) => !gone.has(photo.operation_id));
  forgetUrls(new Set(state.localPhotos.value.map((photo) => photo.id)));
  tellOtherTabs();
}
