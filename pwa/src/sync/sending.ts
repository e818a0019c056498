/**
 * The sender's core: sends what one person has on this phone, oldest first, records before photos.
 * Knows no window: the app and the service worker run the same code. One run at a time on a device
 * (see lock.ts); a run may break off anywhere and be begun again, and ends the same.
 */
import type { Answer, ask } from "../api/client";
import { isPushAnswer, isSession } from "../api/shapes";
import type { PushAnswer, SessionAnswer } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { afterPush, CONFLICT_KEPT, hindered, SERVER_FAULT, SERVER_OLDER, type Stop } from "./decide";
import { photoLanes } from "./photo-lanes";

/** What the sender needs of the phone's store. */
export interface Outbox {
  markTried(ids: string[], at: string): Promise<OutboxItem[]>;
  saveItems(items: OutboxItem[]): Promise<void>;
  savePhoto(photo: LocalPhoto): Promise<void>;
  freePhoto(photo: LocalPhoto): Promise<void>;
  photoBytes(id: string): Promise<ArrayBuffer | null>;
}

/** What one run needs to know and to do. */
export interface Sending {
  personId: string;
  deviceId: string;
  ask: typeof ask;
  store: Outbox;
  memory: Memory;
  /** What is on the phone now, content included. */
  items(): Promise<readonly OutboxItem[]>;
  photos(): Promise<readonly LocalPhoto[]>;
  /** Called after the store has kept a change. */
  changed(what: { items?: OutboxItem[]; photos?: LocalPhoto[] }): void;
  /** Resolves when something was saved since it was last asked. */
  saved(): Promise<void>;
  /** False when the lock was taken away, or the run has had its time. */
  mayGoOn(): boolean;
}

/** What the sender remembers from one run to the next, while the app is open. */
export interface Memory {
  /** When the server last did what it was asked, ms by this phone's clock; null: something hinders. */
  heardAt: number | null;
  /** At most so many operations in one push: halved where that was too much, doubled where it went well. */
  batch: number;
  /** What the server said of its age when items that it was too old for were last asked about. */
  olderAskedOf: number | null;
  api: number | null;
  conflictsAskedAt: number | null;
  waitingAskedAt: number | null;
  /** When the server last did not know a photo's record. */
  photosAskedAt: Map<string, number>;
  /** Records that were pushed once more, because the server no longer knew their photos. */
  pushedAgain: Set<string>;
}

export function newMemory(): Memory {
  return {
    heardAt: null,
    batch: MOST,
    olderAskedOf: null,
    api: null,
    conflictsAskedAt: null,
    waitingAskedAt: null,
    photosAskedAt: new Map(),
    pushedAgain: new Set(),
  };
}

/** Null when everything that could go went; `more`: the run had its time, and there is more to send. */
export interface Outcome {
  stop: Stop | null;
  more: boolean;
}

const MOST = 100;
/** Operations of one push, together, as JSON; the server takes 2 MB, and a letter has at most 3 bytes. */
const MOST_CHARACTERS = 500_000;
const HEARD_LATELY_MS = 10_000;
const CONFLICTS_EVERY_MS = 10 * 60_000;
/** What waits for something else at the server is asked about so often. */
const AGAIN_EVERY_MS = 60_000;
const WAITING = "waiting";
/** So many failures of the server's in a row, without one success, and it is left alone for a while. */
const FAULTS_IN_A_ROW = 3;

/** Remembers what an answer says about the connection itself. */
function note<T>(memory: Memory, answer: Answer<T>): Answer<T> {
  memory.heardAt = hindered(answer) ? null : Date.now();
  if (answer.kind === "ok" || answer.kind === "problem") memory.api = answer.api;
  return answer;
}

/** Asks for this run's person, and remembers whether anybody answered. */
export async function askFor<T>(how: Sending, ...[path, asked]: Parameters<typeof ask>): Promise<Answer<T>> {
  return note(how.memory, await how.ask<T>(path, { ...asked, person: how.personId }));
}

function isDue(item: OutboxItem, how: Sending, now: number): boolean {
  const { memory } = how;
  if (item.person_id !== how.personId) return false;
  if (item.state === "conflict")
    return item.code !== CONFLICT_KEPT && since(memory.conflictsAskedAt, now) >= CONFLICTS_EVERY_MS;
  if (item.state !== "here") return false;
  if (item.code === SERVER_OLDER) return memory.olderAskedOf === null || memory.olderAskedOf !== memory.api;
  return item.code !== WAITING || since(memory.waitingAskedAt, now) >= AGAIN_EVERY_MS;
}

function since(at: number | null | undefined, now: number): number {
  return at === null || at === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - at);
}

/**
 * What is to be pushed now, oldest first. What waits for another goes along as soon as anything new
 * does; what comes after something that the server is too old for waits here with it.
 */
export function dueItems(items: readonly OutboxItem[], how: Sending, now = Date.now()): OutboxItem[] {
  const due = new Set(items.filter((item) => isDue(item, how, now)));
  if ([...due].some((item) => item.state === "here" && item.code !== WAITING)) {
    for (const item of items) if (item.person_id === how.personId && item.code === WAITING) due.add(item);
  }
  const held = new Set(items.filter((item) => item.code === SERVER_OLDER && !due.has(item)).map((item) => item.id));
  const inOrder = [...due].sort((a, b) => (a.id < b.id ? -1 : 1));
  return inOrder.filter((item) => {
    const waits = held.has(item.operation.after ?? "");
    if (waits) held.add(item.id);
    return !waits;
  });
}

/** Photos whose record the server has: those can go now, in the order in which they were taken. */
export function duePhotos(
  photos: readonly LocalPhoto[],
  items: readonly OutboxItem[],
  how: Sending,
  now = Date.now(),
): LocalPhoto[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const isDue = (photo: LocalPhoto) => {
    if (photo.person_id !== how.personId || photo.state !== "here" || !photo.has_bytes) return false;
    if (since(how.memory.photosAskedAt.get(photo.id), now) < AGAIN_EVERY_MS) return false;
    const item = byId.get(photo.operation_id);
    return !item || item.state === "sent" || item.state === "conflict";
  };
  const order = (photo: LocalPhoto) => `${photo.operation_id} ${photo.id}`;
  return photos.filter(isDue).sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** One run: what can go now goes, until it is through, something hinders, or its time is over. */
export function sendAll(how: Sending): Promise<Outcome> {
  return new Run(how).all();
}

class Run {
  /** Asked in this run: not again, whatever the answer was. */
  private readonly asked = new Set<string>();
  private faults = 0;
  constructor(private readonly how: Sending) {}

  async all(): Promise<Outcome> {
    for (;;) {
      const { items, photos } = await this.due();
      if (items.length === 0 && photos.length === 0) return { stop: null, more: false };
      const silent = await this.makeSure();
      if (silent) return { stop: silent, more: true };
      const pushed = await this.pushAll();
      if (pushed.stop || pushed.more) return pushed;
      const sent = await this.photosAndWhatComes();
      if (sent.stop || sent.more) return sent;
    }
  }

  private async due(): Promise<{ items: OutboxItem[]; photos: LocalPhoto[] }> {
    const { how, asked } = this;
    const items = await how.items();
    const notAsked = (one: { id: string }) => !asked.has(one.id);
    return {
      items: dueItems(items, how).filter(notAsked),
      photos: duePhotos(await how.photos(), items, how).filter(notAsked),
    };
  }

  /**
   * Makes sure that the server hears us, and us as this person, before anything is marked as tried:
   * what never left the phone can be changed and taken back.
   */
  private async makeSure(): Promise<Stop | null> {
    const { how } = this;
    if (since(how.memory.heardAt, Date.now()) < HEARD_LATELY_MS) return null;
    const answer = await askFor<SessionAnswer>(how, "/api/session", { shape: isSession, timeoutMs: 15_000 });
    const stop = hindered(answer);
    if (stop) return stop;
    if (answer.kind !== "ok") return { hindrance: "server_trouble", waitS: null, suspect: false };
    const ours = answer.data.signed_in && answer.data.person.id === how.personId;
    return ours ? null : { hindrance: "sign_in", waitS: null, suspect: false };
  }

  /** Photos in their lanes; what is saved meanwhile doesn't wait for them. */
  private async photosAndWhatComes(): Promise<Outcome> {
    const { photos } = await this.due();
    for (const photo of photos) this.asked.add(photo.id);
    const lanes = photoLanes(this.how, photos);
    for (;;) {
      const saved = await Promise.race([lanes.done.then(() => false), this.how.saved().then(() => true)]);
      if (!saved) return lanes.done;
      const pushed = await this.pushAll();
      if (!pushed.stop && !pushed.more) continue;
      lanes.halt();
      await lanes.done;
      return pushed;
    }
  }

  private async pushAll(): Promise<Outcome> {
    const { memory } = this.how;
    const began = Date.now();
    const askedOf = memory.api;
    const kinds = { conflict: false, waiting: false, older: false };
    for (;;) {
      const batch = this.take((await this.due()).items);
      if (batch.length === 0) break;
      if (!this.how.mayGoOn()) return { stop: null, more: true };
      for (const item of batch) {
        kinds.conflict ||= item.state === "conflict";
        kinds.waiting ||= item.code === WAITING;
        kinds.older ||= item.code === SERVER_OLDER;
      }
      const stop = await this.push(batch);
      if (stop) return { stop, more: true };
    }
    if (kinds.conflict) memory.conflictsAskedAt = began;
    if (kinds.waiting) memory.waitingAskedAt = began;
    if (kinds.older) memory.olderAskedOf = memory.api ?? askedOf;
    return { stop: null, more: false };
  }

  /** The next operations to push together: by number, by size; one that the server failed on goes alone, last. */
  private take(due: readonly OutboxItem[]): OutboxItem[] {
    const sound = due.filter((item) => item.code !== SERVER_FAULT);
    if (sound.length === 0) return due.slice(0, 1);
    let characters = 0;
    const batch: OutboxItem[] = [];
    for (const item of sound.slice(0, this.how.memory.batch)) {
      characters += JSON.stringify(item.operation).length;
      if (batch.length > 0 && characters > MOST_CHARACTERS) break;
      batch.push(item);
    }
    return batch;
  }

  /** Pushes these, in halves where the server refuses them whole. */
  private async push(batch: readonly OutboxItem[]): Promise<Stop | null> {
    const { how } = this;
    const now = new Date().toISOString();
    const fresh = new Set(batch.filter((item) => !item.tried_at).map((item) => item.id));
    const ids = batch.map((item) => item.id);
    for (const id of ids) this.asked.add(id);
    // As they are kept now: a window without locks may have sent one of them meanwhile.
    const marked = await how.store.markTried(ids, now);
    const tried = marked.filter((item) => item.state === "here" || item.state === "conflict");
    const first = tried.filter((item) => fresh.has(item.id));
    if (first.length > 0) how.changed({ items: first });
    if (tried.length === 0) return null;
    const operations = tried.map((item) => JSON.stringify(item.operation)).join(",");
    const text = `{"device_id":${JSON.stringify(how.deviceId)},"operations":[${operations}]}`;
    const answer = await askFor<PushAnswer>(how, "/api/sync/push", { method: "POST", text, shape: isPushAnswer });
    const next = afterPush(tried, answer, now);
    if (next.stop) return this.hampered(tried, next.stop);
    this.faults = 0;
    if (next.isolate) {
      const middle = Math.ceil(tried.length / 2);
      return (await this.push(tried.slice(0, middle))) ?? (await this.push(tried.slice(middle)));
    }
    how.memory.batch = Math.min(MOST, how.memory.batch * 2);
    await this.keep(next.changed);
    return null;
  }

  private async keep(changed: OutboxItem[]): Promise<void> {
    if (changed.length === 0) return;
    await this.how.store.saveItems(changed);
    this.how.changed({ items: changed });
  }

  /** Too much for the link, or for the server: less next time. A lone item that it fails on is set aside. */
  private async hampered(tried: OutboxItem[], stop: Stop): Promise<Stop | null> {
    const { memory } = this.how;
    if (stop.hindrance === "no_signal" || stop.suspect) memory.batch = Math.max(1, Math.floor(tried.length / 2));
    if (!stop.suspect) return stop;
    this.faults += 1;
    if (tried.length > 1) {
      for (const item of tried) this.asked.delete(item.id);
    } else {
      const reason = "The server failed on this one. It is tried again by itself";
      await this.keep(tried.map((item) => ({ ...item, tries: item.tries + 1, code: SERVER_FAULT, reason })));
    }
    return this.faults >= FAULTS_IN_A_ROW ? stop : null;
  }
}
