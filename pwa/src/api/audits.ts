/** An audit as the server tells it, and its parts. Times RFC 3339 in UTC; ids UUID strings made on the phone. */
import type { DefectStatus, Named, Photo, Place, Point, Severity } from "./types";

/** A patrol has none. */
export type AuditState = "walking" | "paused" | "walked" | "signed" | "abandoned";
export type Light = "day" | "dusk" | "dark";
export type Weather = "dry" | "wet";
export type Grade = "green" | "amber" | "red";

/** What an answer says: its shape hangs on the question's type; null: taken back. */
export type AnswerValue = string | number | string[] | Pin[] | InstanceValue | null;
/** A point that somebody set by hand, with words. */
export interface Pin extends Point {
  words: string;
}
/** One of a repeat group, or one asset. */
export interface InstanceValue {
  label: string;
  asset_id: string | null;
}

export interface AuditAnswer {
  id: string;
  question: string;
  /** "" at the top of the checklist, else the instance of the repeat that it belongs to. */
  instance: string;
  value: AnswerValue;
  note: string;
  restricted_note: string | null;
  place: Place | null;
  by: Named;
  at: string;
  /** The answer that the person saw standing when they gave this one. */
  based_on: string | null;
  /** Somebody decided that this one stands where people answered differently, and when. */
  chosen: boolean;
  chosen_at?: string | null;
  /** The server's word: it counts for its question, or is the newest of those that differ. */
  stands?: boolean;
  /** Came after the sign-off. */
  late: boolean;
  photos: Photo[];
}

export interface Participant {
  id: string;
  name: string;
  role: string;
  organisation: string;
  consent: boolean;
  /** Only for who may read it. */
  contact?: string | null;
  at: string;
}

export type ConcernKind = "concern" | "picture_now" | "picture_wished";
export interface Concern {
  id: string;
  kind: ConcernKind;
  text: string;
  said_by: string;
  restricted: boolean;
  place: Place | null;
  pins: Pin[];
  photos: Photo[];
  by: Named;
  at: string;
}

export interface Walker {
  person: Named;
  /** Codes of the sections that they took; null: everything. */
  sections: string[] | null;
  joined_at: string;
}

export type StreetState = "checked_nothing" | "walked" | "taken_back";
export interface StreetCheck {
  name: string;
  state: StreetState;
  /** Shown by a route that was kept; nobody said it. */
  by_track?: boolean;
  /** Null: shown by a route. */
  by: Named | null;
  at: string;
}

export interface AuditDefect {
  id: string;
  number: string;
  category: string;
  severity: Severity;
  status: DefectStatus;
  answer_id: string | null;
  photos: Photo[];
  note?: string;
  street_text?: string;
  place?: Place;
  /** Came after the sign-off. */
  late?: boolean;
}

export type CarriedOutcome = "done" | "not_done" | "worse" | "removed_on_purpose";
/** A defect or an action of an earlier audit that a re-visit asks about, and what was said of it. */
export interface Carried {
  source_kind: "defect" | "action";
  source_id: string;
  number: string;
  title: string;
  category?: string | null;
  severity?: number | null;
  status: string;
  /** Somebody says that it is done; the walk has not looked. */
  said_done?: boolean;
  /** The question that it puts. */
  asked?: string;
  words?: string;
  place: Place | null;
  street_text?: string;
  owner?: string;
  due_on?: string | null;
  found_in?: { id: string; number: string } | null;
  found_at?: string | null;
  photos_before: Photo[];
  photos_after?: Photo[];
  outcome: CarriedOutcome | "";
  note: string;
  photos: Photo[];
  by: Named | null;
  at: string | null;
  differs?: boolean;
  judged?: { outcome: CarriedOutcome; note: string; by: Named; at: string; photos: Photo[] }[];
}

export interface Evidence {
  summary: string;
  /** YYYY-MM-DD */
  from: string | null;
  to: string | null;
  source: string;
}

export interface AuditRow {
  id: string;
  /** "A-0007"; "" while only a phone knows it. */
  number: string;
  version: number;
  kind: "audit";
  state: AuditState;
  title: string;
  checklist: { code: string; version: number; version_id: string; title: string };
  area: Named | null;
  led_by: Named;
  walkers: Walker[];
  trigger: string;
  evidence: Evidence & { photos: Photo[] };
  light: Light | "";
  weather: Weather | "";
  /** 1 (not at all) to 5 (wholly). */
  feels_safe_day: number | null;
  feels_safe_dark: number | null;
  risk: { done: boolean; note: string; at: string | null };
  check_in: {
    minutes: number | null;
    next_due_at: string | null;
    missed_at: string | null;
    /** Somebody sees to the one that was missed. */
    seen?: boolean;
  } | null;
  track_wanted: boolean;
  participants: Participant[];
  concerns: Concern[];
  answers: AuditAnswer[];
  /** Of the server: questions that several people answered differently, and nobody has chosen yet. */
  differs?: { question: string; instance: string; answers: string[] }[];
  /** Words that came with pausing, handing over, giving up. */
  notes?: { kind: "paused" | "handed_over" | "missed_check_in" | "abandoned"; text: string; by: Named; at: string }[];
  streets: StreetCheck[];
  defects: AuditDefect[];
  carried: Carried[];
  /** What a re-visit of this one would ask: for a phone that begins one without signal. */
  open_items?: Carried[];
  revisit_of: { id: string; number: string } | null;
  revisit_due_on: string | null;
  started_at: string;
  walked_at: string | null;
  signed: { by: Named; at: string; hash: string } | null;
  result: unknown;
  may: { walk: boolean; reconcile: boolean; sign: boolean; read_restricted: boolean };
}

/** A row of the list of audits. */
export type AuditBrief = Pick<
  AuditRow,
  "id" | "number" | "state" | "title" | "area" | "led_by" | "started_at" | "walked_at" | "revisit_due_on"
> & { checklist: { code: string; version: number; title?: string } };

/** A published version of a checklist, as a phone keeps it. `content` is a checklist's definition. */
export interface PublishedChecklist {
  code: string;
  title: string;
  version: number;
  version_id: string;
  content_hash: string;
  content: unknown;
}

/** How much of the area's streets was seen. */
export interface Coverage {
  streets: { name: string; state: "checked_nothing" | "found" | "walked" | "not_seen"; by_track: boolean }[];
  seen: number;
  of: number;
  percent: number | null;
}
