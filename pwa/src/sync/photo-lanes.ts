/**
 * Photos' bytes, a few at once, so that a slow link is never idle between two of them. Each is read
 * from the store only when its turn comes. What broke off is asked about and gone on with.
 */
import { isPhotoAnswer } from "../api/shapes";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { afterPhotoAsked, afterPhotoSent, type PhotoAnswer, type PhotoStep, type Stop } from "./decide";
import { sha256Hex } from "./hash";
import { askFor, type Outcome, type Sending } from "./sending";

const LANES = 3;
/** A photo may take so long: this, and a second for each 8 kB; the rest is for the next run. */
const SHORTEST_MS = 30_000;
const BYTES_PER_MS = 8;
const LONGEST_MS = 150_000;
/** Questions and answers about one photo in one run; then it waits for the next. */
const MOST_STEPS = 8;
const FAULTS_IN_A_ROW = 3;

export interface Lanes {
  done: Promise<Outcome>;
  /** Begins no other photo. */
  halt(): void;
}

/** Begins to send `queue`; each photo once in this run. */
export function photoLanes(how: Sending, queue: readonly LocalPhoto[]): Lanes {
  let next = 0;
  let halted = false;
  let faults = 0;
  let stop: Stop | null = null;
  async function lane(): Promise<void> {
    while (!halted && stop === null) {
      const photo = queue[next];
      if (!photo) return;
      if (!how.mayGoOn()) {
        halted = true;
        return;
      }
      next += 1;
      const hindered = await sendPhoto(how, photo).catch((error: unknown) => {
        halted = true;
        throw error;
      });
      if (hindered?.suspect) faults += 1;
      else faults = 0;
      // The server may fail on one photo only: the others are not to wait for it.
      if (hindered && (!hindered.suspect || faults >= FAULTS_IN_A_ROW)) stop ??= hindered;
    }
  }
  async function run(): Promise<Outcome> {
    const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return { stop, more: stop !== null || next < queue.length };
  }
  return {
    done: run(),
    halt: () => {
      halted = true;
    },
  };
}

/** Sends one photo as far as it goes; what hinders, or null. */
async function sendPhoto(how: Sending, photo: LocalPhoto): Promise<Stop | null> {
  const address = `/api/photos/${photo.id}`;
  let held = photo;
  let bytes: ArrayBuffer | null = null;
  let step: PhotoStep =
    photo.tries > 0
      ? afterPhotoAsked(photo, await askFor<null>(how, address, { method: "HEAD" }))
      : { do: "send", offset: 0 };
  for (let steps = 0; step.do === "send" && steps < MOST_STEPS; steps += 1) {
    bytes ??= await how.store.photoBytes(photo.id);
    if (!bytes || bytes.byteLength !== photo.size_bytes) {
      step = { do: "refuse", reason: "This phone has lost the photo" };
      break;
    }
    // Written down before it goes: after a crash the server is asked how much it has.
    if (held.tries === 0 || held.offset !== step.offset) {
      held = { ...held, tries: held.tries + 1, offset: step.offset };
      await how.store.savePhoto(held);
    }
    step = afterPhotoSent(photo, await send(how, address, photo, bytes, step.offset), step.offset);
  }
  if (step.do === "check") step = await checked(photo, bytes);
  return end(how, held, step);
}

function send(how: Sending, address: string, photo: LocalPhoto, bytes: ArrayBuffer, offset: number) {
  const headers: Record<string, string> = { "Content-Type": photo.content_type, "X-Content-SHA256": photo.sha256 };
  const timeoutMs = Math.min(LONGEST_MS, SHORTEST_MS + Math.ceil((bytes.byteLength - offset) / BYTES_PER_MS));
  const shape = isPhotoAnswer;
  if (offset === 0) return askFor<PhotoAnswer>(how, address, { method: "PUT", body: bytes, headers, timeoutMs, shape });
  headers["Upload-Offset"] = String(offset);
  const body = new Uint8Array(bytes, offset);
  return askFor<PhotoAnswer>(how, address, { method: "PATCH", body, headers, timeoutMs, shape });
}

/** Bytes that arrived as something else: changed on the way (sent again), or here (told). */
async function checked(photo: LocalPhoto, bytes: ArrayBuffer | null): Promise<PhotoStep> {
  if ((await sha256Hex(bytes ?? new ArrayBuffer(0))) === photo.sha256)
    return { do: "wait", reason: null, offset: 0, unknown: false };
  return { do: "refuse", reason: "This photo is damaged on the phone: it is not what was taken" };
}

async function end(how: Sending, held: LocalPhoto, step: PhotoStep): Promise<Stop | null> {
  if (step.do === "stop") return step.stop;
  if (step.do === "free") {
    await how.store.freePhoto(held);
    const sent_at = new Date().toISOString();
    how.changed({ photos: [{ ...held, state: "sent", has_bytes: false, reason: null, sent_at }] });
    return null;
  }
  const tries = held.tries + 1;
  const changed: LocalPhoto =
    step.do === "refuse"
      ? { ...held, state: "refused", reason: step.reason, tries, offset: 0 }
      : step.do === "wait"
        ? { ...held, reason: step.reason, tries, offset: step.offset }
        : { ...held, tries };
  await how.store.savePhoto(changed);
  how.changed({ photos: [changed] });
  if (step.do === "wait") {
    how.memory.photosAskedAt.set(held.id, Date.now());
    if (step.unknown) await pushAgain(how, held.operation_id);
  }
  return null;
}

/** The server no longer knows the record of this photo (it was put back?): the record goes once more. */
async function pushAgain(how: Sending, itemId: string): Promise<void> {
  if (how.memory.pushedAgain.has(itemId)) return;
  how.memory.pushedAgain.add(itemId);
  const item = (await how.items()).find((candidate) => candidate.id === itemId);
  if (item?.state !== "sent") return;
  const again: OutboxItem = { ...item, state: "here" };
  await how.store.saveItems([again]);
  how.changed({ items: [again] });
}
