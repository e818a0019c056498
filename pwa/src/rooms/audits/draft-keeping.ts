/**
 * Keeps what is being filled in, so that a killed tab or app loses nothing: soon after each change, at
 * once after a photo, and before the camera takes the screen. One record a person, in their own part of
 * the phone's store.
 */
import { effect, signal } from "@preact/signals";
import { dropDraft, loadDraft, saveDraft } from "../../storage/drafts";
import { myItems, myPhotos, outboxRead, session, syncState } from "../../sync";
import { type Draft, emptyDraft, isEmpty, type Slots, slots, startAfresh } from "./draft";

const SOON_MS = 400;

/** The form of what is kept; another one is not understood and left alone until it is written over. */
interface Kept {
  form: 1;
  making: Draft | null;
  changing: Draft | null;
}

/** Whose drafts have been looked for; null until then. */
export const draftsOf = signal<string | null>(null);
/** Why what is being filled in can't be kept right now, for the person. */
export const keepingTrouble = signal<string | null>(null);
/** The report that was being made when the app ended, until it is taken up or thrown away. */
export const leftOver = signal<Draft | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> = Promise.resolve();
/** What the phone holds now: nothing needs to be written while the slots are this. */
let written: Slots | null = null;

/** While Save is under way nothing is kept aside: what it keeps is the same, and it would wait for it. */
let held = false;

/** Writes the drafts of a person in the form that is read at the next start. Rejects as `saveDraft`. */
export async function keepDrafts(person: string, making: Draft | null, changing: Draft | null): Promise<void> {
  await saveDraft(person, { form: 1, making, changing } satisfies Kept);
}

async function write(): Promise<void> {
  const person = draftsOf.peek();
  const now = slots.peek();
  if (!person || held || now === written) return;
  const making = isEmpty(now.making) && !now.making.camera_open ? null : now.making;
  try {
    if (!making && !now.changing) await dropDraft(person);
    else await keepDrafts(person, making, now.changing);
    written = now;
    keepingTrouble.value = null;
  } catch (error) {
    keepingTrouble.value = error instanceof Error ? error.message : "";
  }
}

/** Writes what is being filled in; resolves when the phone holds it, or has said why not. */
export function keepNow(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  writing = writing.then(write);
  return writing;
}

/**
 * Does what drops or replaces the drafts in the store itself. Nothing is kept aside meanwhile, so that a
 * late write never brings a draft back; afterwards what is then being filled in is kept again.
 */
export async function whileKeepingRests<T>(work: () => Promise<T>): Promise<T> {
  held = true;
  try {
    await writing;
    return await work();
  } finally {
    held = false;
    written = null;
    void keepNow();
  }
}

/** A report with this id is kept as done: its draft only outlived the moment when it was taken back. */
function isSaved(one: Draft): boolean {
  return myItems.peek().some((item) => (item.operation.payload as { defect_id?: string }).defect_id === one.defect_id);
}

/** A change whose photos are kept with their report was saved; only its draft was still there. */
function isChanged(one: Draft): boolean {
  const kept = new Set(myPhotos.peek().map((photo) => photo.id));
  return one.photos.some((photo) => kept.has(photo.id));
}

/** Made earlier, perhaps elsewhere: the place is where its photo was taken, not where the phone is now. */
function settled(one: Draft): Draft {
  return { ...one, place: one.place ?? one.photos.find((photo) => photo.place)?.place ?? null };
}

async function load(person: string): Promise<void> {
  let kept: Kept | undefined;
  try {
    kept = (await loadDraft(person)) as Kept | undefined;
    if (kept) await outboxRead();
  } catch {
    // Locked, or no store: what comes now is a new draft, and the words come when it can't be kept.
  }
  if (session.peek().person?.id !== person) return;
  const making = kept?.form === 1 ? kept.making : null;
  const changing = kept?.form === 1 && kept.changing && !isChanged(kept.changing) ? kept.changing : null;
  const left = making && !isSaved(making) ? settled(making) : null;
  // What the person began before this was read goes on; both would be more than one can answer.
  const begun = !isEmpty(slots.peek().making);
  if (!begun) slots.value = { making: left ?? emptyDraft(), changing };
  written = slots.peek();
  leftOver.value = begun ? null : left;
  draftsOf.value = person;
  if (making && !left) void keepNow();
}

function forget(): void {
  clearTimeout(timer);
  slots.value = { making: emptyDraft(), changing: null };
  written = slots.peek();
  leftOver.value = null;
  draftsOf.value = null;
}

/** A report that is left over is thrown away, as a person asked and confirmed. */
export async function throwAway(): Promise<void> {
  leftOver.value = null;
  startAfresh();
  await keepNow();
}

/** Follows who is signed in, what they fill in, and the moment when the app goes to the background. */
export function watchDrafts(): void {
  effect(() => {
    // While they are locked nobody can read them, nor write others in their place.
    const person = syncState.value.locked ? null : (session.value.person?.id ?? null);
    if (draftsOf.peek() === person) return;
    if (draftsOf.peek()) forget();
    if (person) void load(person);
  });
  effect(() => {
    if (slots.value === written || draftsOf.value === null) return;
    clearTimeout(timer);
    timer = setTimeout(() => void keepNow(), SOON_MS);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void keepNow();
    else if (slots.peek().making.camera_open) cameraClosed();
  });
}

/** The app has outlived the camera. */
export function cameraClosed(): void {
  const { making, changing } = slots.peek();
  slots.value = { making: { ...making, camera_open: false }, changing };
}
