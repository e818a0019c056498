/** Who is signed in on this phone. Remembered, so that the app opens without any signal. */
import { ask, type Heard, onHeard } from "../api/client";
import { isSession } from "../api/shapes";
import type { Person, Problem, SessionAnswer } from "../api/types";
import { forgetAnswers } from "../api/useAsk";
import { getMeta, setMeta } from "../storage/db";
import { dropDraft } from "../storage/drafts";
import { lock } from "../storage/locks";
import { forgetRows, habitsOf } from "../storage/rows";
import { betterClock, type ClockSample, noteSteadyClock, sampleOf } from "./clock";
import { forgetUrls } from "./local-photos";
import { reload } from "./outbox-state";
import * as state from "./state";

let clock: ClockSample | null = null;
/** Smaller changes than this are not worth telling every screen. */
const WORTH_TELLING_MS = 100;

/** Learns from an answer of the server's what time it has, and whether this phone may still work for it. */
function hear(heard: Heard): void {
  const sample = sampleOf(heard);
  if (sample) {
    clock = betterClock(clock, sample);
    noteSteadyClock();
    if (Math.abs(clock.offset_ms - state.clockOffsetMs.value) > WORTH_TELLING_MS) {
      state.clockOffsetMs.value = clock.offset_ms;
      void setMeta("clock_offset_ms", clock.offset_ms).catch(() => undefined);
    }
  }
  if (heard.code === "device_revoked") void forgetThisPhone();
}

/** Listens to every answer from now on. */
export function startListening(): void {
  onHeard(hear);
}

/**
 * The desk has locked this phone: what it was shown is forgotten, and its person signed out. What was
 * not sent stays, hidden: it is theirs, and goes when the phone is found and let in again.
 */
async function forgetThisPhone(): Promise<void> {
  const { person, status } = state.session.value;
  if (status !== "signed_in" || !person) {
    state.session.value = { ...state.session.value, notice: "device_revoked" };
    return;
  }
  const out: state.Session = { status: "signed_out", person: null, expired: false, notice: "device_revoked" };
  state.session.value = out;
  await leave(out);
  await dropDraft(person.id);
  await setMeta("patrol", null);
}

/** Nobody is signed in here any more: what this person was shown is forgotten, what they did is closed. */
async function leave(out: state.Session): Promise<void> {
  await setMeta("person", null);
  await forgetServer();
  state.habits.value = null;
  state.patrol.value = null;
  state.session.value = out;
  lock();
  forgetUrls(new Set());
}

/** Forgets what this person was shown, photos included. The outbox is not touched. */
async function forgetServer(): Promise<void> {
  await forgetRows();
  forgetAnswers();
  state.link.value = { ...state.link.value, heard_at: null };
  await globalThis.caches?.delete("photos").catch(() => false);
  state.serverDefects.value = [];
  state.serverJobs.value = [];
  state.news.value = { unread: 0, results: [] };
}

/** Makes `person` the one this phone works for. Another person's rows are forgotten first. */
async function become(person: Person): Promise<void> {
  if ((await getMeta("rows_of")) !== person.id) {
    await forgetServer();
  }
  await setMeta("person", person);
  state.habits.value = await habitsOf(person.id);
  const walk = await getMeta("patrol");
  state.patrol.value = walk?.person_id === person.id ? walk : null;
  state.session.value = { status: "signed_in", person, expired: false };
  await reload();
}

/**
 * Asks the server who is signed in. True when it is still the person this phone works for. A
 * session that has ended, or belongs to somebody else, only stops sending: nothing is lost.
 */
export async function checkSession(): Promise<boolean> {
  if (!(await left())) {
    state.session.value = { status: "signed_out", person: null, expired: false };
    return false;
  }
  const answer = await ask<SessionAnswer>("/api/session", { shape: isSession });
  if (answer.kind !== "ok") return false;
  const { person, status } = state.session.value;
  if (answer.data.signed_in && (status !== "signed_in" || answer.data.person.id === person?.id)) {
    await become(answer.data.person);
    return true;
  }
  if (status === "signed_in") state.session.value = { status, person, expired: true };
  else state.session.value = { ...state.session.value, status: "signed_out", person: null, expired: false };
  return false;
}

/** Tells the server of a sign-out that it could not be told of then; false while it still can't. */
async function left(): Promise<boolean> {
  if (!(await getMeta("leaving"))) return true;
  const answer = await ask("/api/session", { method: "DELETE" });
  const told = answer.kind === "ok" || (answer.kind === "problem" && answer.status === 401);
  if (told) await setMeta("leaving", false);
  return told;
}

/** Null when it worked, else what to tell the person. */
export async function signIn(username: string, password: string): Promise<string | null> {
  await ask<SessionAnswer>("/api/session");
  const answer = await ask<SessionAnswer>("/api/session", {
    method: "POST",
    json: { username, password, device_id: state.deviceId.value },
    shape: isSession,
  });
  if (answer.kind === "offline") {
    return "No signal. The first sign-in needs the network; after that the app works without.";
  }
  if (answer.kind === "stranger") {
    return "Something between this phone and Sightline answered instead. If this is public Wi-Fi, open its own sign-in page first.";
  }
  if (answer.kind === "problem") return signInWords(answer.status, answer.retryAfterS, answer.problem);
  if (!answer.data.signed_in) return "The name or the password is not right.";
  await setMeta("leaving", false);
  await become(answer.data.person);
  return null;
}

function signInWords(status: number, retryAfterS: number | null, { code, detail }: Problem): string {
  if (code === "device_revoked") {
    return "This phone has been locked by your desk. What you have not sent is safe on it. Ask a manager to unlock it.";
  }
  if (status === 401) return "The name or the password is not right. Try again.";
  if (status === 429) {
    const minutes = Math.max(1, Math.ceil((retryAfterS ?? 60) / 60));
    return `Too many tries. Wait ${minutes} minute${minutes === 1 ? "" : "s"} and try again.`;
  }
  return detail || "The server could not sign you in. Try again in a minute.";
}

/** Ends the session here, and on the server now or as soon as it can be reached. Unsent work stays. */
export async function signOut(): Promise<void> {
  await setMeta("leaving", true);
  await left();
  await leave({ status: "signed_out", person: null, expired: false });
}
