/** The rows that screens read: the server's, overlaid by what this person did on this phone. */
import { computed } from "@preact/signals";
import type { Category } from "../api/types";
import type { OutboxItem } from "../storage/db";
import { SERVER_OLDER } from "./decide";
import { localPhotoAddress } from "./local-photos";
import { type OverlayContext, overlayDefects, overlayJobs } from "./overlay";
import * as state from "./state";

export const categories = computed<ReadonlyMap<string, Category>>(
  () => new Map((state.reference.value?.categories ?? []).map((row) => [row.code, row])),
);

/** This person's operations, oldest first; other people's stay on the phone, unseen. */
export const myItems = computed(() => {
  const me = state.session.value.person?.id;
  return state.items.value.filter((item) => item.person_id === me);
});

export const myPhotos = computed(() => {
  const me = state.session.value.person?.id;
  return state.localPhotos.value.filter((photo) => photo.person_id === me);
});

/** Photos that are on this phone only, by their ids. */
export const photosHere = computed<ReadonlySet<string>>(
  () => new Set(myPhotos.value.filter((photo) => photo.state === "here").map((photo) => photo.id)),
);

const context = computed<OverlayContext>(() => ({
  person: state.session.value.person,
  categories: categories.value,
  photoUrl: localPhotoAddress,
}));

/** Every defect this person may see, newest first. */
export const defects = computed(() => overlayDefects(state.serverDefects.value, myItems.value, context.value));

/** Every job this person may see, by due time. */
export const jobs = computed(() => overlayJobs(state.serverJobs.value, myItems.value, context.value));

interface Unsent {
  unsent: number;
  waiting: number;
  photos_waiting: number;
  needs_you: number;
  conflicts: number;
  others: number;
  server_older: boolean;
  oldest_unsent_at: string | null;
}

/** A dispatcher has decided on it, for the other version: the person has to be told. */
function isDecided(item: OutboxItem): boolean {
  return item.state === "conflict" && item.code === "conflict_kept";
}

/** What is left to send, counted in one go over the outbox. */
const unsent = computed<Unsent>(() => {
  const me = state.session.value.person?.id;
  const sealed = state.sealed.value;
  const things = new Set<string>();
  const stuck = new Set<string>();
  const found = {
    ...{
      waiting: sealed.items,
      photos_waiting: sealed.photos,
      needs_you: 0,
      conflicts: 0,
      others: 0,
      server_older: false,
    },
    oldest_unsent_at: null as string | null,
  };
  const isHere = (id: string, at: string) => {
    things.add(id);
    if (found.oldest_unsent_at === null || at < found.oldest_unsent_at) found.oldest_unsent_at = at;
  };
  for (const item of state.items.value) {
    if (item.person_id !== me) {
      if (item.state === "here") found.others += 1;
      continue;
    }
    if (item.state === "refused" || isDecided(item)) {
      found.needs_you += 1;
      stuck.add(item.id);
    } else if (item.state === "conflict") found.conflicts += 1;
    if (item.state !== "here") continue;
    isHere(item.id, item.operation.made_at);
    found.waiting += 1;
    found.server_older ||= item.code === SERVER_OLDER;
  }
  for (const photo of state.localPhotos.value) {
    if (photo.person_id !== me) continue;
    if (photo.state === "refused") found.needs_you += 1;
    if (photo.state !== "here") continue;
    // A thing that needs the person is counted as that, not once more for its photos.
    if (!stuck.has(photo.operation_id)) isHere(photo.operation_id, photo.taken_at);
    found.photos_waiting += 1;
  }
  return { ...found, unsent: things.size + (sealed.items || Math.min(1, sealed.photos)) };
});

/**
 * The one line about sending that every screen can show.
 *
 * `unsent`: things that are not wholly on the server; a record counts once with its photos.
 * `waiting`, `photos_waiting`: records and photos on this phone only, sealed ones too. `needs_you`: refused, or
 * decided against. `conflicts`: waiting for a dispatcher to decide. `others`: unsent work of other people who signed in here. `oldest_unsent_at`: ISO, or
 * null. `server_older`: some of it waits for the server to be updated. `locked`: some of it is sealed,
 * and the PIN was not given yet. `storage_full`: the last thing could not be kept. `loading`: the
 * outbox has not been read yet, so its numbers say nothing.
 */
export const syncState = computed(() => ({
  ...state.link.value,
  ...unsent.value,
  locked: state.locked.value,
  storage_full: state.storageFull.value,
  loading: !state.outboxRead.value,
}));
