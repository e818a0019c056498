/** Changing and taking back what was reported: in place while it has not left the phone. */
import type { OperationKind, Payloads } from "../api/types";
import type { OutboxItem } from "../storage/db";
import * as store from "../storage/outbox";
import { tellOtherTabs } from "./channel";
import { forgetShown, outboxRead, reload } from "./outbox-state";
import { type NewPhoto, noticingFull, perform, recordOf, toKeep } from "./perform";
import { kick } from "./sender";
import * as state from "./state";

/** What of a report can be changed while it is only on this phone. */
export type ReportPart = Partial<Omit<Payloads["raise_defect"], "defect_id" | "photos">>;

export interface PhotoChanges {
  addPhotos?: NewPhoto[];
  dropPhotoIds?: string[];
}

/** It has left the phone: what is asked for can't be changed any more. `message` is for the person. */
export class AlreadySent extends Error {
  override name = "AlreadySent";
  constructor() {
    super("This report was sent meanwhile. Its words, severity and photos can still be added to; the rest stands.");
  }
}

/** What can still be changed once the server may have the report. */
const AMENDABLE = new Set(["note", "severity", "street_text"]);

/**
 * Changes a report. While it has not left this phone, and where the server refused it, the change
 * folds into it ("folded"): one operation, as if it had been reported so. After that it is sent as
 * an amendment of its own, which follows the report ("amended"). Rejects with AlreadySent when the change can only be made before
 * sending (category, place, photos taken away), with StorageFull when the phone has no room: then
 * nothing was changed.
 */
export async function amendReport(
  itemId: string,
  part: ReportPart,
  { addPhotos = [], dropPhotoIds = [] }: PhotoChanges = {},
): Promise<"folded" | "amended"> {
  await outboxRead();
  const folded = await noticingFull(() =>
    store.amend(itemId, (item) => foldedInto(item, part, addPhotos, new Set(dropPhotoIds))),
  );
  if (folded) {
    await reload();
    tellOtherTabs();
    kick("saved");
    return "folded";
  }
  const item = state.items.value.find((candidate) => candidate.id === itemId);
  const changed = differing(part, item);
  if (!item || dropPhotoIds.length > 0 || Object.keys(changed).some((name) => !AMENDABLE.has(name))) {
    throw new AlreadySent();
  }
  if (Object.keys(changed).length === 0 && addPhotos.length === 0) return "folded";
  const { defect_id } = item.operation.payload as Payloads["raise_defect"];
  const row = state.serverDefects.value.find((defect) => defect.id === defect_id);
  const payload = { defect_id, at: new Date().toISOString(), ...changed };
  const basedOn = row?.version ?? null;
  await perform("amend_defect", payload, addPhotos, { basedOn, after: item.state === "sent" ? null : item.id });
  return "amended";
}

function foldedInto(item: OutboxItem, part: ReportPart, added: NewPhoto[], dropped: ReadonlySet<string>) {
  const payload = item.operation.payload as Payloads["raise_defect"];
  const photos = [...payload.photos.filter((photo) => !dropped.has(photo.id)), ...added.map(recordOf)];
  const operation = { ...item.operation, payload: { ...payload, ...part, photos } as Payloads[OperationKind] };
  return {
    item: { ...item, operation, saved_at: new Date().toISOString() },
    addPhotos: added.map((photo) => toKeep(photo, item)),
    dropPhotoIds: [...dropped],
  };
}

/** Only what is not as it was: an amendment says what changed. */
function differing(part: ReportPart, item: OutboxItem | undefined): ReportPart {
  const before = (item?.operation.payload ?? {}) as unknown as Record<string, unknown>;
  const changed = Object.entries(part).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed) as ReportPart;
}

/**
 * Takes back what was done, with all that was done after it on the same thing, newest first, as long
 * as none of it has left this phone. False when some of it has: that stays.
 */
export async function undo(itemId: string): Promise<boolean> {
  await outboxRead();
  const following = state.items.value.filter((item) => item.operation.after === itemId && item.state === "here");
  for (const item of following.reverse()) {
    if (!(await undo(item.id))) return false;
  }
  const undone = await store.undo(itemId);
  if (undone) forgetShown([itemId]);
  return undone;
}
