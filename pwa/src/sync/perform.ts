/** The one way for screens to change something. */
import type { OperationKind, Payloads, PhotoRecord } from "../api/types";
import type { LocalPhoto, OutboxItem, PhotoToKeep } from "../storage/db";
import * as store from "../storage/outbox";
import { tellOtherTabs } from "./channel";
import { uuid7 } from "./ids";
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
  const id = uuid7();
  const records = photos.map(({ bytes: _bytes, preview: _preview, ...record }) => record);
  const full = TAKES_PHOTOS.has(kind) ? { ...payload, photos: records } : payload;
  const item: OutboxItem = {
    id,
    person_id: person.id,
    operation: {
      id,
      kind,
      made_at: new Date().toISOString(),
      clock_offset_ms: Math.round(state.clockOffsetMs.value),
      based_on: options.basedOn ?? null,
      after: options.after ?? unsentBefore(payload as Record<string, unknown>),
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
    saved_at: new Date().toISOString(),
  };
  const kept: PhotoToKeep[] = photos.map((photo) => ({
    ...photo,
    operation_id: id,
    person_id: person.id,
    state: "here",
    reason: null,
    tries: 0,
    offset: 0,
    has_bytes: true,
    has_preview: photo.preview !== null,
    sent_at: null,
  }));
  await store.keep(item, kept);
  const shown: LocalPhoto[] = kept.map(({ bytes: _bytes, preview: _preview, ...photo }) => photo);
  state.localPhotos.value = [...state.localPhotos.value, ...shown];
  state.items.value = [...state.items.value, item];
  tellOtherTabs();
  kick("saved");
  return id;
}

const TAKES_PHOTOS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "raise_defect",
  "confirm_defect",
  "pause_job",
  "close_job",
  "return_job",
  "verify_defect",
  "dispute_defect",
]);

/**
 * The newest unsent operation on the same defect or job, which must come first. A patrol is left
 * out on purpose: a defect must never wait because the start of its walk was refused.
 */
function unsentBefore(payload: Record<string, unknown>): string | null {
  const same = (name: string, item: OutboxItem) =>
    payload[name] !== undefined &&
    payload[name] === (item.operation.payload as unknown as Record<string, unknown>)[name];
  const earlier = state.items.value.filter(
    (item) => item.state === "here" && (same("defect_id", item) || same("job_id", item)),
  );
  return earlier[earlier.length - 1]?.id ?? null;
}
