/** From a picture taken or chosen to a photo that can be kept and sent. */
import type { Place } from "../api/types";
import type { NewPhoto } from "../sync";
import { uuid7 } from "../sync";
import { developed } from "./darkroom";
import { fix, lastPlace, placeAtShutter } from "./position";
import type { Kept } from "./prepare";

/** A photo with, where it was asked for, the file as the camera made it. */
export interface TakenPhoto extends NewPhoto {
  original: Kept | null;
}

export interface Taking {
  /** The camera was open a moment ago: the picture shows what is here now. */
  camera?: boolean;
  keepOriginal?: boolean;
}

/** A file that is older than this was not taken just now. */
const JUST_NOW_MS = 2 * 60_000;
const OLDEST_MS = 300 * 86_400_000;

/** When a picture was taken: now, or for one from the phone's album the file's own time. */
export function takenAt(file: { lastModified: number }, camera: boolean, now: number): Date {
  const age = now - file.lastModified;
  return new Date(!camera && age > JUST_NOW_MS && age < OLDEST_MS ? file.lastModified : now);
}

/**
 * Prepares the picture in the worker, and notes at once when and where it was taken: browsers strip
 * the place from pictures that people choose. A picture from the album that is older than two minutes
 * was taken who knows where, and gets no place. Rejects with words for the person when it can't be used.
 */
export async function takeOriginal(file: File, taking: Taking): Promise<TakenPhoto> {
  const now = Date.now();
  const at = takenAt(file, taking.camera ?? false, now);
  const place: Promise<Place | null> = at.getTime() === now ? placeAtShutter() : Promise.resolve(null);
  const { preview, original, ...kept } = await developed(file, taking.keepOriginal ?? false);
  // A better place is waited for as long as the picture takes; after that the one that is known will do.
  const known = at.getTime() === now && fix.peek() ? lastPlace() : await place;
  return { id: uuid7(), taken_at: at.toISOString(), place: known, ...kept, preview, original };
}

/** The same without the file as the camera made it: what every screen but a new report needs. */
export async function takePhoto(file: File, taking: Omit<Taking, "keepOriginal"> = {}): Promise<NewPhoto> {
  const { original: _original, ...photo } = await takeOriginal(file, taking);
  return photo;
}
