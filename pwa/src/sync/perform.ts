/** The one way for screens to change something. */
import type { OperationKind, Payloads, PhotoRecord } from "../api/types";
import { type LocalPhoto, type OutboxItem, type PhotoToKeep, StorageFull } from "../storage/db";
import * as store from "../storage/outbox";
import { setBackMs } from "./clock";
import { uuid7 } from "./ids";
import { outboxRead, showKept } from "./outbox-state";
import { kick } from "./sender";
import * as state from "./state";

/** A photo that was just taken or chosen, ready to be kept. */
export interface NewPhoto extends PhotoRecord {
  bytes: ArrayBuffer;
  /** A small JPEG to show; null when the phone could not make one. */
  preview: ArrayBuffer | null;
}

export interface PerformOptions {
  /** Version of the row the person was looking at; lets the server notice a conflict. */
  basedOn?: number | null;
  /** Id of an operation that must be applied before this one. */
  after?: string | null;
  /** The person's draft has become this: it goes in the same transaction. */
  dropDraft?: boolean;
}

type WithoutPhotos<K extends OperationKind> = Omit<Payloads[K], "photos">;

/**
 * Does something: keeps the operation and its photos in ONE IndexedDB transaction, and starts
 * sending. Resolves, with the operation's id, only after the browser has committed it, signal or
 * not; rejects when it could not be kept (say so on the screen: nothing was saved).
 *
 *     await perform("close_job", { job_id, at, note }, [photo], { basedOn: job.version });
 *
 * `photos` go into the payload by themselves. For operations on something that this phone has
 * raised and not sent yet, `after` is filled in here.
 */
export async function perform<K extends OperationKind>(
  kind: K,
  payload: WithoutPhotos<K>,
  photos: NewPhoto[] = [],
  options: PerformOptions = {},
): Promise<string> {
  const person = state.session.value.person;
  if (!person) throw new Error("Sign in first");
  await outboxRead();
  const id = uuid7();
  const now = new Date().toISOString();
  const full = TAKES_PHOTOS.has(kind) || photos.length > 0 ? { ...payload, photos: photos.map(recordOf) } : payload;
  const item: OutboxItem = {
    id,
    person_id: person.id,
    operation: {
      id,
      kind,
      made_at: now,
      clock_offset_ms: Math.round(state.clockOffsetMs.value + setBackMs()),
      based_on: options.basedOn ?? null,
      after: options.after ?? (STANDS_ALONE.has(kind) ? null : unsentBefore(payload as Record<string, unknown>)),
      payload: full as unknown as Payloads[OperationKind],
    },
    state: "here",
    reason: null,
    code: null,
    tries: 0,
    tried_at: null,
    sent_at: null,
    received_at: null,
    number: null,
    saved_at: now,
  };
  const kept = photos.map((photo) => toKeep(photo, item));
  await noticingFull(() => store.keep(item, kept, { dropDraft: options.dropDraft ?? false }));
  showKept(item, kept.map(shown));
  kick("saved");
  return id;
}

/** Remembers for every screen whether the phone was too full to keep something. */
export async function noticingFull<T>(work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    state.storageFull.value = false;
    return result;
  } catch (error) {
    if (error instanceof StorageFull) state.storageFull.value = true;
    throw error;
  }
}

/** What the server is told of a photo, and nothing else that the phone knows about it. */
export function recordOf({ id, sha256, size_bytes, content_type, taken_at, place }: PhotoRecord): PhotoRecord {
  return { id, sha256, size_bytes, content_type, taken_at, ...(place === undefined ? {} : { place }) };
}

/** A new photo as it is kept with `item`. */
export function toKeep(photo: NewPhoto, item: OutboxItem): PhotoToKeep {
  return {
    ...recordOf(photo),
    bytes: photo.bytes,
    preview: photo.preview,
    operation_id: item.id,
    person_id: item.person_id,
    state: "here",
    reason: null,
    tries: 0,
    offset: 0,
    has_bytes: true,
    has_preview: photo.preview !== null,
    sent_at: null,
  };
}

/** What screens know of a photo that was just kept: all but its bytes. */
export function shown({ bytes: _bytes, preview: _preview, ...photo }: PhotoToKeep): LocalPhoto {
  return photo;
}

const TAKES_PHOTOS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "raise_defect",
  "confirm_defect",
  "pause_job",
  "close_job",
  "split_job",
  "return_job",
  "report_back",
  "verify_defect",
  "dispute_defect",
  "amend_defect",
]);

/** Names where somebody was at work, and changes nothing there: neither waits for the other. */
const STANDS_ALONE: ReadonlySet<OperationKind> = new Set<OperationKind>(["report_back"]);

/**
 * The newest unsent operation on the same defect or job, which must come first. A patrol is left
 * out on purpose: a defect must never wait because the start of its walk was refused.
 */
function unsentBefore(payload: Record<string, unknown>): string | null {
  const same = (name: string, item: OutboxItem) =>
    payload[name] !== undefined &&
    payload[name] === (item.operation.payload as unknown as Record<string, unknown>)[name];
  const earlier = state.items.value.filter(
    (item) =>
      item.state === "here" &&
      !STANDS_ALONE.has(item.operation.kind) &&
      (same("defect_id", item) || same("job_id", item)),
  );
  return earlier[earlier.length - 1]?.id ?? null;
}
