/**
 * What screens may know about sending and the server. No UI in here.
 *
 * Read (signals; read `.value` inside a component and it re-renders by itself):
 *   session     who is signed in: `{ status, person, expired }`
 *   defects     `DefectView[]`, newest first: server rows overlaid by the outbox
 *   jobs        `JobView[]`, by due time: the same
 *   reference   categories, reasons, streets, map … or null before the first visit
 *   categories  `Map<code, Category>`
 *   news        `{ unread, results }`
 *   syncState   `{ waiting, photos_waiting, needs_you, hindrance, busy, heard_at, others }`
 *   serverNow() the time by the server's clock
 * A view's `local` is null when the row is just what the server says; else
 * `{ operation_id, kind, state: "here" | "sent" | "refused" | "conflict", reason }`.
 *
 * Do:
 *   perform(kind, payload, photos, { basedOn })   save one operation and its photos, then send
 *   kick("asked")                                 try now
 *   readNews(ids), retry(operationId), discard(operationId), signIn, signOut
 * Read something that is not kept on the phone: `ask<Backlog>("/api/insight/backlog")` from
 * `api/client`, whose answer says whether it was ok, a problem, offline, or not our server.
 */
import { getMeta, setMeta } from "../storage/db";
import { habitsOf, saveHabits } from "../storage/rows";
import { onOtherTabs } from "./channel";
import { uuid7 } from "./ids";
import { reloadRows } from "./pull";
import { kick, reload, startSender } from "./sender";
import { checkSession } from "./session";
import * as state from "./state";

export type { ItemState, LocalPhoto, OutboxItem } from "../storage/db";
export { uuid7 } from "./ids";
export { closePhoto, localPhotoAddress, openPhoto } from "./local-photos";
export type { DefectView, JobView, Local } from "./overlay";
export { type NewPhoto, type PerformOptions, perform } from "./perform";
export { pullNews, pullReference, readNews } from "./pull";
export { discard, kick, retry } from "./sender";
export { checkSession, signIn, signOut } from "./session";
export {
  clockOffsetMs,
  type Hindrance,
  habits,
  news,
  patrol,
  reference,
  type Session,
  serverNow,
  session,
} from "./state";
export { categories, defects, jobs, myItems, myPhotos, syncState } from "./views";

/** Reads what the phone has, shows it, and only then talks to the server. */
export async function startSync(): Promise<void> {
  const [person, kept, news, offset, device, patrol, pulledAt] = await Promise.all([
    getMeta("person"),
    getMeta("reference"),
    getMeta("news"),
    getMeta("clock_offset_ms"),
    getMeta("device_id"),
    getMeta("patrol"),
    getMeta("pulled_at"),
    reload(),
    reloadRows(),
  ]);
  state.clockOffsetMs.value = offset ?? 0;
  state.link.value = { ...state.link.value, heard_at: pulledAt ?? null };
  state.deviceId.value = device ?? uuid7();
  if (!device) await setMeta("device_id", state.deviceId.value);
  if (kept) state.reference.value = kept.value;
  if (news) state.news.value = news;
  state.patrol.value = patrol && patrol.person_id === person?.id ? patrol : null;
  onOtherTabs(() => void Promise.all([reload(), reloadRows()]));
  if (person) {
    state.habits.value = await habitsOf(person.id);
    state.session.value = { status: "signed_in", person, expired: false };
  } else {
    await checkSession();
    if (state.session.value.status === "unknown") {
      state.session.value = { status: "signed_out", person: null, expired: false };
    }
  }
  startSender();
}

/** Remembers that this person used a category, for the next report. */
export async function noteCategoryUse(code: string): Promise<void> {
  const now = state.habits.value;
  if (!now) return;
  const counts = { ...now.counts, [code]: (now.counts[code] ?? 0) + 1 };
  const recent = [code, ...now.recent.filter((other) => other !== code)].slice(0, 6);
  state.habits.value = { ...now, counts, recent };
  await saveHabits(state.habits.value);
}

export async function setPatrol(patrol: typeof state.patrol.value): Promise<void> {
  state.patrol.value = patrol;
  await setMeta("patrol", patrol);
}

/** Sends at once after a sign-in, whatever the back-off says. */
export function afterSignIn(): void {
  kick("asked");
}
