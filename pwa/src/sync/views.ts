/** The rows that screens read: the server's, overlaid by what this person did on this phone. */
import { computed } from "@preact/signals";
import type { Category } from "../api/types";
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

const context = computed<OverlayContext>(() => {
  void state.localPhotos.value;
  return {
    person: state.session.value.person,
    categories: categories.value,
    photoUrl: localPhotoAddress,
  };
});

/** Every defect this person may see, newest first. */
export const defects = computed(() => overlayDefects(state.serverDefects.value, myItems.value, context.value));

/** Every job this person may see, by due time. */
export const jobs = computed(() => overlayJobs(state.serverJobs.value, myItems.value, context.value));

/** The one line about sending that every screen can show. */
export const syncState = computed(() => {
  const items = myItems.value;
  const photos = myPhotos.value;
  const me = state.session.value.person?.id;
  const unsent = new Set(items.filter((item) => item.state === "here").map((item) => item.id));
  for (const photo of photos) if (photo.state === "here") unsent.add(photo.operation_id);
  const oldest = items.find((item) => unsent.has(item.id));
  return {
    ...state.link.value,
    /** Things that are not wholly on the server: a record with its photos counts once. */
    unsent: unsent.size,
    oldest_unsent_at: oldest?.operation.made_at ?? null,
    /** Records that are still on this phone only. */
    waiting: items.filter((item) => item.state === "here").length,
    photos_waiting: photos.filter((photo) => photo.state === "here").length,
    /** Items that need a person: refused, or in conflict. */
    needs_you:
      items.filter((item) => item.state === "refused" || item.state === "conflict").length +
      photos.filter((photo) => photo.state === "refused").length,
    /** Unsent work of other people who signed in on this phone. */
    others: state.items.value.filter((item) => item.person_id !== me && item.state === "here").length,
  };
});
