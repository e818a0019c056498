/** What this phone knows, as signals. Only `sync/` writes them; screens read. */
import { signal } from "@preact/signals";
import type { Defect, Job, News, Person, Reference } from "../api/types";
import type { Habits, LocalPhoto, Meta, OutboxItem } from "../storage/db";

export interface Session {
  /** `unknown` only until the phone's database has been read. */
  status: "unknown" | "signed_out" | "signed_in";
  person: Person | null;
  /** The server asks for a new sign-in; the work goes on, only sending waits. */
  expired: boolean;
  /** Why this phone was signed out without its person's doing, to be said on the sign-in screen. */
  notice?: "device_revoked" | null;
}

/** Why sending stands still, if it does. */
export type Hindrance = null | "no_signal" | "not_our_server" | "sign_in" | "server_trouble";

export interface Link {
  hindrance: Hindrance;
  busy: boolean;
  /** When the server last answered, ISO; null: never on this phone. */
  heard_at: string | null;
}

export const session = signal<Session>({ status: "unknown", person: null, expired: false });
export const items = signal<OutboxItem[]>([]);
export const localPhotos = signal<LocalPhoto[]>([]);
/** Whether the outbox has been read from the phone's database yet. */
export const outboxRead = signal(false);
/** The outbox is sealed, and its PIN was not given yet; `sealed` counts what waits behind it. */
export const locked = signal(false);
export const sealed = signal({ items: 0, photos: 0 });
/** Why the phone's own store can't be used, in words for the person; null while it can. */
export const storeProblem = signal<string | null>(null);
/** The phone had no room for the last thing that was to be kept. */
export const storageFull = signal(false);
export const serverDefects = signal<Defect[]>([]);
export const serverJobs = signal<Job[]>([]);
export const reference = signal<Reference | null>(null);
export const news = signal<News>({ unread: 0, results: [] });
export const habits = signal<Habits | null>(null);
export const patrol = signal<Meta["patrol"]>(null);
export const link = signal<Link>({ hindrance: null, busy: false, heard_at: null });
/** Server clock minus this phone's clock. */
export const clockOffsetMs = signal(0);
export const deviceId = signal("");

/** Now, by the server's clock as far as this phone knows it. */
export function serverNow(): Date {
  return new Date(Date.now() + clockOffsetMs.value);
}
