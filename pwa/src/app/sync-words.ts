/** Words for the state of sending. Pure. */
import type { Hindrance } from "../sync";

export interface SyncFacts {
  waiting: number;
  photos_waiting: number;
  needs_you: number;
  hindrance: Hindrance;
  busy: boolean;
}

export interface SyncWords {
  tone: "good" | "busy" | "waiting" | "offline" | "needs_you";
  words: string;
  href: string;
}

function things(records: number, photos: number): string {
  const parts: string[] = [];
  if (records > 0) parts.push(records === 1 ? "1 report" : `${records} reports`);
  if (photos > 0) parts.push(photos === 1 ? "1 photo" : `${photos} photos`);
  return parts.join(" and ");
}

const WHY: Record<Exclude<Hindrance, null>, string> = {
  no_signal: "no signal",
  not_our_server: "this network does not let Sightline through",
  sign_in: "sign in to send",
  server_trouble: "the server has trouble, trying again",
};

/** What the line says; `heard` is when the server last answered, in words, or null for never. */
export function syncWords(facts: SyncFacts, heard: string | null): SyncWords {
  const left = facts.waiting + facts.photos_waiting;
  if (facts.needs_you > 0) {
    const words = facts.needs_you === 1 ? "1 thing needs you" : `${facts.needs_you} things need you`;
    return { tone: "needs_you", words, href: "/outbox" };
  }
  if (facts.hindrance === "sign_in") {
    const words = left > 0 ? `${things(facts.waiting, facts.photos_waiting)} here: sign in to send` : "Sign in to send";
    return { tone: "needs_you", words, href: "/sign-in" };
  }
  if (left > 0) {
    const what = things(facts.waiting, facts.photos_waiting);
    if (facts.hindrance) {
      return { tone: "waiting", words: `${what} on this phone: ${WHY[facts.hindrance]}`, href: "/outbox" };
    }
    return { tone: "busy", words: `Sending ${what}. Keep open until 0 left`, href: "/outbox" };
  }
  if (facts.hindrance) {
    const since = heard ? `, as of ${heard}` : "";
    const why = WHY[facts.hindrance];
    return { tone: "offline", words: `${why.charAt(0).toUpperCase()}${why.slice(1)}${since}`, href: "/outbox" };
  }
  if (!heard) return { tone: "busy", words: "Getting what is known", href: "/outbox" };
  return { tone: "good", words: `Everything sent, ${heard}`, href: "/outbox" };
}
