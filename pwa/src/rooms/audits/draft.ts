/** The report that is being made. Lives across its three screens; gone when saved or left. */
import { signal } from "@preact/signals";
import type { Place, Severity } from "../../api/types";
import type { NewPhoto } from "../../sync";

export interface Draft {
  photos: NewPhoto[];
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
}

const EMPTY: Draft = {
  photos: [],
  category: null,
  severity: null,
  note: "",
  place: null,
  street: null,
  people: false,
  waste: "",
};

export const draft = signal<Draft>(EMPTY);

/** What was saved last, for the screen after Save and for "same as last". */
export const saved = signal<{ defect_id: string; category: string; count: number } | null>(null);

export function change(part: Partial<Draft>): void {
  draft.value = { ...draft.value, ...part };
}

export function startAfresh(keep: Partial<Draft> = {}): void {
  draft.value = { ...EMPTY, ...keep };
}

export function addPhoto(photo: NewPhoto): void {
  if (draft.value.photos.length >= 10) return;
  change({ photos: [...draft.value.photos, photo] });
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
