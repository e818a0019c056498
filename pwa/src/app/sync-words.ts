/** Words for the state of sending, short enough for one line of a phone. Pure. */
import type { Hindrance } from "../sync";

export interface SyncFacts {
  /** Things (reports, answers, steps of a job) that are not wholly on the server, photos included. */
  unsent: number;
  /** Things that a person has to decide about. */
  needs_you: number;
  /** Things changed twice, that a dispatcher has yet to decide about. */
  conflicts?: number;
  hindrance: Hindrance;
  busy: boolean;
  /** A PIN closes what is on this phone. */
  locked?: boolean;
  /** The server does not know yet what this app sends. */
  server_older?: boolean;
  storage_full?: boolean;
  /** The phone's own store has not been read yet. */
  loading?: boolean;
  /** When the oldest thing that is still here was made, ISO. */
  oldest_unsent_at?: string | null;
}

export interface SyncWords {
  tone: "good" | "busy" | "waiting" | "offline" | "needs_you";
  words: string;
  href: string;
}

const OUTBOX = "/outbox";
const DAY_MS = 86_400_000;

/** Whole days that the oldest unsent thing has waited; 0 while that is less than one. */
export function daysWaiting(facts: SyncFacts, now: Date): number {
  const oldest = facts.oldest_unsent_at;
  if (!oldest || facts.unsent === 0) return 0;
  return Math.max(0, Math.floor((now.getTime() - Date.parse(oldest)) / DAY_MS));
}

function oldWords(unsent: number, days: number): string {
  return `${unsent} here, oldest ${days === 1 ? "1 day" : `${days} days`}: find signal`;
}

const STANDS: Record<"no_signal" | "not_our_server" | "server_trouble", string> = {
  no_signal: "No signal",
  not_our_server: "Network in the way",
  server_trouble: "Server has trouble",
};

/** What has to be done by a person before anything can go; null where nothing has. */
function asksForYou(facts: SyncFacts): SyncWords | null {
  const { unsent, needs_you, hindrance } = facts;
  if (facts.locked) {
    const words = unsent > 0 ? `Locked: ${unsent} on this phone` : "Locked";
    return { tone: "needs_you", words, href: "/me" };
  }
  if (hindrance === "sign_in") {
    const words = unsent > 0 ? `Sign in to send: ${unsent} safe on this phone` : "Sign in to send";
    return { tone: "needs_you", words, href: "/sign-in" };
  }
  if (facts.storage_full) return { tone: "needs_you", words: "This phone is full: free some space", href: "/me#space" };
  if (needs_you > 0) return { tone: "needs_you", words: `Needs you: ${needs_you}`, href: OUTBOX };
  return null;
}

/** What the line says; `heard` is when the server last answered, in words, or null for never. */
export function syncWords(facts: SyncFacts, heard: string | null, now: Date): SyncWords {
  if (facts.loading) return { tone: "busy", words: "Looking at what is on this phone", href: OUTBOX };
  const asked = asksForYou(facts);
  if (asked) return asked;
  const { unsent, hindrance } = facts;
  if (unsent > 0) {
    if (facts.server_older) {
      return { tone: "waiting", words: `The server is older: ${unsent} safe on this phone`, href: OUTBOX };
    }
    const days = daysWaiting(facts, now);
    if (days > 0) return { tone: "needs_you", words: oldWords(unsent, days), href: OUTBOX };
    if (hindrance && hindrance !== "sign_in") {
      return { tone: "waiting", words: `${STANDS[hindrance]}: ${unsent} safe on this phone`, href: OUTBOX };
    }
    return { tone: "busy", words: `${unsent} on this phone, sending`, href: OUTBOX };
  }
  if (hindrance && hindrance !== "sign_in") {
    const since = heard ? `, as of ${heard}` : "";
    return { tone: "offline", words: `${STANDS[hindrance]}${since}`, href: OUTBOX };
  }
  if (facts.conflicts) return { tone: "waiting", words: `A dispatcher decides: ${facts.conflicts}`, href: OUTBOX };
  if (!heard) return { tone: "busy", words: "Getting what is known", href: OUTBOX };
  return { tone: "good", words: heard === "just now" ? "All sent" : `All sent, ${heard}`, href: OUTBOX };
}
