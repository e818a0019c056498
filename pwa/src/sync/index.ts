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
 *   syncState   `{ unsent, waiting, photos_waiting, needs_you, others, oldest_unsent_at, server_older, locked,
 *               storage_full, loading, hindrance, busy, heard_at }`
 *   storeProblem  why the phone's store can't be used, in words; null while it can
 *   serverNow() the time by the server's clock
 * A view's `local` is null when the row is just what the server says; else
 * `{ operation_id, kind, state: "here" | "sent" | "refused" | "conflict", reason }`.
 *
 * Do:
 *   perform(kind, payload, photos, { basedOn })   save one operation and its photos, then send
 *   amendReport(operationId, part, { addPhotos, dropPhotoIds })   "folded" into the unsent report, or
 *                                                 sent after it as an amendment ("amended")
 *   undo(operationId)                             take it back; false once it has left the phone
 *   kick("asked")                                 try now
 *   resync()                                      fetch everything anew; null, or what hinders
 *   readNews(ids), retry(operationId), discard(operationId), signIn, signOut
 * Read something that is not kept on the phone: `ask<Backlog>("/api/insight/backlog")` from
 * `api/client`, whose answer says whether it was ok, a problem, offline, or not our server.
 */
import { nameDevice } from "../api/client";
import type { Person } from "../api/types";
import { getMeta, StorageProblem, setMeta } from "../storage/db";
import { lockState, subscribe } from "../storage/locks";
import { habitsOf, saveHabits } from "../storage/rows";
import { onOtherTabs } from "./channel";
import { uuid7 } from "./ids";
import { reload } from "./outbox-state";
import { checkRows, reloadRows } from "./pull";
import { startReceipts } from "./receipts";
import { kick, startSender } from "./sender";
import { checkSession, startListening } from "./session";
import * as state from "./state";

export type { ItemState, LocalPhoto, OutboxItem, Receipt } from "../storage/db";
export { AlreadySent, amendReport, type PhotoChanges, type ReportPart, undo } from "./amend";
export { uuid7 } from "./ids";
export { closePhoto, localPhotoAddress, openPhoto } from "./local-photos";
export { outboxRead } from "./outbox-state";
export type { DefectView, JobView, Local } from "./overlay";
export { type NewPhoto, type PerformOptions, perform } from "./perform";
export { pullNews, pullReference, readNews } from "./pull";
export { myReceipts } from "./receipts";
export { discard, kick, resync, retry } from "./sender";
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
  storeProblem,
} from "./state";
export { photosByOperation } from "./sweeping";
export { categories, defects, jobs, myItems, myPhotos, photosHere, syncState } from "./views";

/**
 * Reads what the phone has and shows it: first who works here, then (it may be much) what they have
 * on it. Only then the server is asked.
 */
export async function startSync(): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof StorageProblem)) throw error;
    state.storeProblem.value = error.message;
  }
}

async function start(): Promise<void> {
  startListening();
  const [person, device, offset] = await Promise.all([
    getMeta("person"),
    getMeta("device_id"),
    getMeta("clock_offset_ms"),
  ]);
  state.clockOffsetMs.value = offset ?? 0;
  state.deviceId.value = device ?? uuid7();
  nameDevice(state.deviceId.value);
  if (!device) await setMeta("device_id", state.deviceId.value);
  if (person) {
    // Before anything is shown, so that a locked phone opens with the question for the PIN; and before the
    // outbox is read, whose sealed part is counted for who works here.
    state.locked.value = (await lockState(person.id)) === "locked";
    state.session.value = { status: "signed_in", person, expired: false };
  }
  await readTheRest(person ?? null);
  onOtherTabs(() => void Promise.all([reload(), reloadRows()]));
  subscribe(() => void reload().then(() => !state.locked.value && kick("asked")));
  if (!person) {
    await checkSession();
    if (state.session.value.status === "unknown") {
      state.session.value = { ...state.session.value, status: "signed_out" };
    }
  }
  startSender();
}

async function readTheRest(person: Person | null): Promise<void> {
  const showMeta = async () => {
    const [kept, news, patrol, pulledAt] = await Promise.all([
      getMeta("reference"),
      getMeta("news"),
      getMeta("patrol"),
      getMeta("pulled_at"),
    ]);
    state.link.value = { ...state.link.value, heard_at: pulledAt ?? null };
    if (kept) state.reference.value = kept.value;
    if (news) state.news.value = news;
    state.patrol.value = patrol && patrol.person_id === person?.id ? patrol : null;
    if (person) state.habits.value = await habitsOf(person.id);
  };
  await Promise.all([showMeta(), startReceipts(), reload(), checkRows().then(reloadRows)]);
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
