/** From the draft to an operation that the phone keeps, and back. */
import type { Category, Payloads, Place } from "../../api/types";
import { keepStorage, tick } from "../../device/install";
import type { TakenPhoto } from "../../device/photo";
import { photoBytes, previewOf } from "../../storage/outbox";
import { SavedElsewhere } from "../../storage/problems";
import { myItems, noteCategoryUse, type OutboxItem, patrol, perform, session, undo, uuid7 } from "../../sync";
import { type Draft, draft, emptyDraft, photosReady, photoTrouble, saved, slots, startAfresh, toSend } from "./draft";
import { keepDrafts, leftOver, whileKeepingRests } from "./draft-keeping";
import { untouched } from "./outbox-words";

function flyTipping(category: Category, waste: string): { waste_type: string } | null {
  const choices = category.fly_tipping?.waste ?? [];
  const only = choices.length === 1 ? choices[0]?.code : undefined;
  const code = waste || only;
  return code ? { waste_type: code } : null;
}

/** What a report says, but for its id, its photos and when and on which patrol it was seen. */
export function saidIn(one: Draft, category: Category, place: Place, street: string) {
  return {
    category: category.code,
    severity: one.severity ?? category.severity,
    note: one.note.trim(),
    place,
    street_text: street.trim().slice(0, 200),
    people_in_photo: one.people,
    fly_tipping: flyTipping(category, one.waste),
  };
}

let saving: Promise<boolean> | null = null;

async function save(category: Category, place: Place, street: string, nextHere: boolean): Promise<boolean> {
  const id = draft.value.defect_id;
  const known = photoTrouble.value;
  await photosReady(draft.value);
  const one = draft.value;
  // A photo that came out broken meanwhile is said on the screen, before the report goes without it.
  if (one.defect_id !== id || photoTrouble.value !== known) return false;
  const photos = one.photos.map((photo) => toSend(photo, category.evidence ?? false));
  const report = async (defect_id: string) => ({
    defect_id,
    operation_id: await perform(
      "raise_defect",
      {
        ...saidIn(one, category, place, street),
        defect_id,
        observed_at: photos[0]?.taken_at ?? new Date().toISOString(),
        patrol_id: patrol.value?.patrol_id ?? null,
      },
      photos,
      { dropDraft: true },
    ),
  });
  // Two windows took up one draft and the other was first: this one has photos of its own, and stands for itself.
  const kept = await report(id).catch((error) => {
    if (error instanceof SavedElsewhere) return report(uuid7());
    throw error;
  });
  tick();
  saved.value = { ...kept, category: category.code };
  leftOver.value = null;
  photoTrouble.value = null;
  startAfresh(nextHere ? { place, street } : {});
  void keepStorage();
  void noteCategoryUse(category.code);
  return true;
}

/**
 * Resolves once the report and its photos are kept on the phone, with true; with false when one of its
 * photos turned out to be no use, which is then said in `photoTrouble`. However often it is pressed, it
 * is saved once. With `nextHere` the next report starts at the same place. Rejects, with the draft as
 * it was, when the phone could not keep it.
 */
export function saveReport(category: Category, place: Place, street: string, nextHere: boolean): Promise<boolean> {
  saving ??= whileKeepingRests(() => save(category, place, street, nextHere)).finally(() => {
    saving = null;
  });
  return saving;
}

async function photosOf(raised: Payloads["raise_defect"]): Promise<TakenPhoto[]> {
  const photos: TakenPhoto[] = [];
  for (const record of raised.photos) {
    const [bytes, preview] = [await photoBytes(record.id), await previewOf(record.id)];
    if (!bytes) throw new Error("This report can't be taken back: a photo of it is gone.");
    photos.push({ ...record, bytes, preview, original: null });
  }
  return photos;
}

/** What has not been tried to send can be taken back, or changed in all that it says. */
export function isStillHere(item: OutboxItem | undefined): item is OutboxItem {
  return item !== undefined && untouched(item) && item.operation.kind === "raise_defect";
}

/** All of it can still be changed: nothing has left the phone, or the server did not take it. */
export function isOpenToChange(item: OutboxItem | undefined): item is OutboxItem {
  const untaken = item?.state === "refused" || (item !== undefined && untouched(item));
  return untaken && item.operation.kind === "raise_defect";
}

/**
 * Takes a saved report back into the form, photos included. False when it is too late (it was tried to
 * send): it then stays saved. The draft is kept before the report goes, so that there is never a moment
 * with neither; a draft whose report is still there is not offered.
 */
export async function takeBack(operationId: string): Promise<boolean> {
  const item = myItems.peek().find((each) => each.id === operationId);
  const person = session.peek().person?.id;
  if (!isStillHere(item) || !person) return false;
  const raised = item.operation.payload as Payloads["raise_defect"];
  const one = emptyDraft({
    ...{ defect_id: raised.defect_id, category: raised.category, severity: raised.severity, note: raised.note },
    ...{ place: raised.place, street: raised.street_text, people: raised.people_in_photo },
    waste: raised.fly_tipping?.waste_type ?? "",
    photos: await photosOf(raised),
  });
  const before = slots.peek();
  return whileKeepingRests(async () => {
    await keepDrafts(person, one, before.changing);
    if (!(await undo(operationId))) return false;
    slots.value = { ...before, making: one };
    saved.value = null;
    return true;
  });
}
