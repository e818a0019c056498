/**
 * The report that is being made, and the saved one that is being changed. Both live across their
 * screens, and outlive a killed app (`draft-keeping.ts`).
 */
import { computed, signal } from "@preact/signals";
import type { Place, Severity } from "../../api/types";
import { type TakenPhoto, takeOriginal } from "../../device/photo";
import { type NewPhoto, reference, uuid7 } from "../../sync";

export const MOST_PHOTOS = 10;

/** What a saved report was before somebody began to change it. */
export interface Saved {
  /** Its operation in the outbox; null when the server has it and this phone has let it go. */
  item_id: string | null;
  /** Its photos that are still meant to be part of it. */
  photo_ids: string[];
}

/** Holds what JSON can say, and ArrayBuffers: it is kept as it is. */
export interface Draft {
  /** The report is saved under this id, so that a draft that was saved is never offered again. */
  defect_id: string;
  begun_at: string;
  photos: TakenPhoto[];
  category: string | null;
  /** Null: the category's own. */
  severity: Severity | null;
  note: string;
  /** Null: follow the phone's own fixes until Save. */
  place: Place | null;
  /** Null: the nearest street that the phone knows. */
  street: string | null;
  people: boolean;
  waste: string;
  /** The camera had the screen when this was kept: some phones end the app meanwhile. */
  camera_open: boolean;
  /** The saved report that this changes; null: a new one. */
  changes: Saved | null;
}

export type Slot = "making" | "changing";
export type Slots = { making: Draft; changing: Draft | null };

export function emptyDraft(part: Partial<Draft> = {}): Draft {
  return {
    defect_id: uuid7(),
    begun_at: new Date().toISOString(),
    photos: [],
    category: null,
    severity: null,
    note: "",
    place: null,
    street: null,
    people: false,
    waste: "",
    camera_open: false,
    changes: null,
    ...part,
  };
}

export const slots = signal<Slots>({ making: emptyDraft(), changing: null });
const slot = signal<Slot>("making");

/** What the screens of the report read: the one that is being made or, while one is changed, that. */
export const draft = computed<Draft>(() => (slot.value === "changing" && slots.value.changing) || slots.value.making);

/** Says which of the two the screen is about; called before its parts read `draft`. */
export function workOn(which: Slot): void {
  slot.value = which;
}

/** What was saved last, for the screen after Save. */
export const saved = signal<{ operation_id: string; defect_id: string; category: string } | null>(null);

/** True while there is nothing in it that anybody would miss. */
export function isEmpty(one: Draft): boolean {
  return one.photos.length === 0 && one.category === null && one.note.trim() === "" && photosComing(one) === 0;
}

function put(one: Draft): void {
  if (one.changes) slots.value = { ...slots.value, changing: one };
  else slots.value = { ...slots.value, making: one };
}

export function change(part: Partial<Draft>): void {
  put({ ...draft.value, ...part });
}

/** Another new report; `keep` is what it shares with the one before. */
export function startAfresh(keep: Partial<Draft> = {}): void {
  slots.value = { ...slots.value, making: emptyDraft(keep) };
}

export function endChange(): void {
  slots.value = { ...slots.value, changing: null };
  workOn("making");
}

/** Photos that are still being made ready, by the report they belong to. */
const coming = signal<Readonly<Record<string, number>>>({});
const work = new Map<string, Promise<unknown>>();
/** What was wrong with a photo, for the person; by the report. */
export const photoTrouble = signal<{ defect_id: string; words: string } | null>(null);

export function photosComing(one: Draft): number {
  return coming.value[one.defect_id] ?? 0;
}

export function photoCount(one: Draft): number {
  return (one.changes?.photo_ids.length ?? 0) + one.photos.length + photosComing(one);
}

/** Resolves when no photo of it is being made ready any more. */
export async function photosReady(one: Draft): Promise<void> {
  await work.get(one.defect_id);
}

function add(defectId: string, photo: TakenPhoto): void {
  const { making, changing } = slots.value;
  const one = [changing, making].find((each) => each?.defect_id === defectId);
  // Thrown away while its photo was made ready: the photo goes with it.
  if (one) put({ ...one, photos: [...one.photos, photo] });
}

function count(defectId: string, by: number): void {
  coming.value = { ...coming.value, [defectId]: (coming.value[defectId] ?? 0) + by };
}

/** The camera's own file is wanted only where some kind of problem may end before a court. */
function keepOriginal(): boolean {
  return (reference.peek()?.categories ?? []).some((category) => category.evidence);
}

/**
 * Takes files in at the moment of the shutter; they are made ready while the person goes on. `added` is
 * called after each.
 */
export function takeIn(files: readonly File[], camera: boolean, added: () => void): void {
  const one = draft.value;
  const id = one.defect_id;
  const fitting = files.slice(0, Math.max(0, MOST_PHOTOS - photoCount(one)));
  const left = files.length - fitting.length;
  const words = `A report holds ${MOST_PHOTOS} photos: ${left === 1 ? "one was" : `${left} were`} left out.`;
  photoTrouble.value = left > 0 ? { defect_id: id, words } : null;
  if (one.camera_open) change({ camera_open: false });
  count(id, fitting.length);
  const taking = fitting.map(async (file) => {
    try {
      add(id, await takeOriginal(file, { camera, keepOriginal: keepOriginal() }));
      added();
    } catch (error) {
      const words = error instanceof Error ? error.message : "The photo could not be used. Take it again.";
      photoTrouble.value = { defect_id: id, words };
    } finally {
      count(id, -1);
    }
  });
  work.set(id, Promise.all([work.get(id), ...taking]));
}

/** As it is sent: the camera's own bytes where the kind of problem asks for them. */
export function toSend(photo: TakenPhoto, evidence: boolean): NewPhoto {
  const { original, ...scaled } = photo;
  return evidence && original ? { ...scaled, ...original } : scaled;
}

/** Object URLs of the draft's own photos. */
const urls = new WeakMap<NewPhoto, string>();

export function draftUrl(photo: NewPhoto): string {
  let url = urls.get(photo);
  if (!url) {
    const bytes = photo.preview ?? photo.bytes;
    const type = photo.preview ? "image/jpeg" : photo.content_type;
    url = URL.createObjectURL(new Blob([bytes], { type }));
    urls.set(photo, url);
  }
  return url;
}
