/**
 * The shapes that the server speaks: JSON in snake_case, times RFC 3339 in UTC, ids UUID strings,
 * coordinates WGS 84 degrees. Kept by hand, next to the server's OpenAPI description.
 */

export type * from "./audits";
export type * from "./operations";
export type * from "./sightings";

export type Role = "warden" | "officer" | "crew" | "dispatcher" | "manager" | "councillor" | "administrator";

export interface Named {
  id: string;
  name: string;
}
export interface Organisation extends Named {
  short_name: string;
  kind?: "council_service" | "contractor" | "police" | "landlord" | "partner";
}
export interface Person extends Named {
  username: string;
  role: Role;
  organisation: Organisation;
  team: Named | null;
  home: "today" | "jobs" | "backlog" | "board";
}
export type SessionAnswer =
  | { signed_in: false; server_time?: string }
  | { signed_in: true; person: Person; server_time: string };

export type Severity = 1 | 2 | 3 | 4;
export interface Point {
  longitude: number;
  latitude: number;
}
export type PlaceSource = "gps" | "map" | "street" | "photo";
export interface Place extends Point {
  accuracy_m: number | null;
  altitude_m?: number | null;
  fix_at?: string | null;
  source: PlaceSource;
}

export interface FlyTippingChoice {
  code: string;
  label: string;
}
export interface Category {
  code: string;
  label: string;
  group: string;
  severity: Severity;
  severity_in_hotspot: Severity;
  words: string[];
  icon: string;
  photo: "required" | "wanted" | "optional";
  /** May end before a court: send the camera's own bytes. Absent in what an older server sent. */
  evidence?: boolean;
  fly_tipping: { waste?: FlyTippingChoice[] } | null;
  what_next: string;
}
export interface Choice {
  code: string;
  label: string;
}
export interface Street extends Point {
  name: string;
}
export interface Reference {
  version: string;
  categories: Category[];
  groups: { code: string; label: string; icon: string }[];
  severities: { value: Severity; label: string; meaning: string }[];
  organisations: Organisation[];
  areas: {
    id: string;
    name: string;
    kind: string;
    parent_id: string | null;
    bbox: [number, number, number, number];
  }[];
  streets: Street[];
  service_levels?: { code: string; name: string }[];
  return_reasons: Choice[];
  pause_reasons: Choice[];
  map: {
    pmtiles: string | null;
    attribution: string;
    centre: Point;
    bounds: [number, number, number, number];
  };
}

export type PhotoRole = "before" | "after" | "seen_again" | "evidence";
export interface Photo {
  id: string;
  role: PhotoRole;
  state: "expected" | "received" | "ready" | "unshowable" | "refused";
  taken_at: string | null;
  width: number | null;
  height: number | null;
  thumbnail: string;
  view: string;
}

export type DefectStatus = "open" | "routed" | "resolved" | "verified" | "rejected" | "duplicate";
export type JobStatus = "open" | "accepted" | "in_progress" | "paused" | "done" | "verified" | "returned" | "cancelled";

export interface Defect {
  id: string;
  number: string;
  version: number;
  category: string;
  severity: Severity;
  status: DefectStatus;
  note: string;
  place: Place;
  street_text: string;
  ward: Named | null;
  land_type: string | null;
  observed_at: string;
  recorded_at: string;
  received_at: string;
  raised_by: Named;
  mine: boolean;
  photos: Photo[];
  photos_missing: number;
  people_in_photo: boolean;
  triage_reason: string | null;
  seen_again: number;
  /** The report that stands for both, where this one was joined to it; absent from a row of an older server. */
  duplicate_of?: { id: string; number: string } | null;
  /** An open report that may be of the same thing: a desk says. Absent from a row of an older server. */
  possible_duplicate?: { id: string; number: string } | null;
  recurrence?: Recurrence | null;
  /** The job that matters now; all of them are in `jobs`. */
  job: DefectJob | null;
  jobs?: DefectJob[];
}
/** One defect can need two: make it safe now, and finish the work. Absent from a row of an older server. */
export type JobKind = "complete" | "make_safe";
export interface DefectJob {
  id: string;
  number: string;
  kind?: JobKind;
  organisation: Organisation;
  status: JobStatus;
  due_at: string | null;
  done_at: string | null;
  planned_for?: string | null;
  returned_reason: string | null;
}
/** The same was fixed here before: `times` is 2 for the second time, `in_days` from the first to this one. */
export interface Recurrence {
  of: { id: string; number: string };
  fixed_at: string | null;
  times: number;
  in_days: number;
}

export interface Job {
  id: string;
  number: string;
  version: number;
  status: JobStatus;
  kind?: JobKind;
  organisation: Organisation;
  team: Named | null;
  assigned_to: Named | null;
  defect_id: string;
  defect_number?: string;
  category: string;
  severity: Severity;
  priority: 1 | 2 | 3 | 4;
  place: Place;
  street_text: string;
  ward: Named | null;
  note: string;
  hazard: string | null;
  access_note: string;
  clock_started_at: string;
  due_at: string | null;
  /** From here on the job counts as at risk; both stand still while it is paused. */
  at_risk_at?: string | null;
  /** By when a crew has to say that it has it; null where the service level asks for nothing. */
  acknowledge_due_at?: string | null;
  /** In a declared hotspot when it was received: its time was halved. */
  uplifted?: boolean;
  /** Seconds on its clock until it was finished, or until now: with its pauses, and without. */
  gross_s?: number;
  net_s?: number;
  /** The day that a desk put it off to (YYYY-MM-DD); the due time does not move. */
  planned_for?: string | null;
  recurrence?: Recurrence | null;
  opened_at: string;
  accepted_at: string | null;
  started_at: string | null;
  done_at: string | null;
  done_by: Named | null;
  /** From the defect to where the after photo was taken, and how well that place was known; metres. */
  done_distance_m?: number | null;
  done_accuracy_m?: number | null;
  /** Why it was closed from afar. */
  away_reason?: string;
  paused: { reason: string; since: string } | null;
  service_level: { code: string; name: string } | null;
  route_reason: string;
  returned_reason: string | null;
  photos: Photo[];
  photos_missing: number;
  latest_note: string;
}

/** What a desk asks of many jobs at once; what an action does not need is left out. */
export interface BulkAsked {
  action: "reroute" | "assign" | "defer";
  job_ids: string[];
  /** By job the version that the desk saw: one that has moved on is refused. */
  versions?: Record<string, number>;
  organisation_id?: string;
  service_level?: string;
  team_id?: string | null;
  person_id?: string | null;
  /** YYYY-MM-DD; null ends a deferral. */
  until?: string | null;
  note?: string;
}
/** What came of it, job by job; also the answer to taking it back. */
export interface BulkAnswer {
  id: string;
  action: BulkAsked["action"];
  undo_until: string;
  done: { id: string; number: string; new: { id: string; number: string } | null }[];
  refused: { id: string; number: string | null; code: string; detail: string }[];
}

/** One of two versions of one thing. */
export interface ConflictVersion {
  title: string;
  at: string | null;
  by: string | null;
  facts: { label: string; value: string }[];
  photos: Photo[];
}
/** What was sent and could not be applied, beside what stands. */
export interface Conflict {
  id: string;
  kind: string;
  state: "open" | "decided" | "refused";
  code: string | null;
  detail: string | null;
  made_at: string;
  received_at: string;
  person: Named;
  organisation: string;
  imported_by: string | null;
  subject: { kind: "defect" | "job"; id: string; number: string } | null;
  category: string | null;
  street_text: string;
  theirs: ConflictVersion;
  ours: ConflictVersion;
  can_take: boolean;
  take_does: string | null;
  can_decide: boolean;
  decided: { decision: "keep" | "take"; at: string; by: string; note: string } | null;
}
export interface ConflictPage {
  count: number;
  next: string | null;
  results: Conflict[];
}
/** A phone or a browser that somebody signs in on. */
export interface DeviceRow {
  id: string;
  person: Named & { organisation: Named };
  name: string;
  first_seen_at: string;
  last_seen_at: string;
  revoked_at: string | null;
  revoked_by: Named | null;
  note: string;
  this_one: boolean;
}
/** What came of a phone's file that was handed in. */
export interface Imported {
  person: { id: string; name: string };
  results: PushResult[];
  photos: {
    id: string;
    status: "received" | "repeated" | "refused" | "missing";
    code: string | null;
    detail: string | null;
  }[];
}

export interface StoryLine {
  at: string;
  kind: string;
  words: string;
  actor: Named | null;
}
/** `maybe_same`: open reports that may be of the same thing, for the council's desk to decide. */
export type DefectStory = Defect & { story: StoryLine[]; maybe_same?: Defect[] };
export type JobStory = Job & { story: StoryLine[] };
export type DefectNearby = Defect & { distance_m: number };

export interface NewsItem {
  id: string;
  kind: string;
  words: string;
  defect_id: string | null;
  job_id: string | null;
  /** The screen that it is about; absent in what an older server said. */
  path?: string;
  photo?: { id: string; thumbnail: string; view: string } | null;
  created_at: string;
  read_at: string | null;
}
export interface News {
  unread: number;
  results: NewsItem[];
}

export type NewsChannel = "in_app" | "push" | "email";
export type NewsTopic = Record<NewsChannel, boolean> & { topic: string; name: string; hint: string; urgent: boolean };
/** What a person hears of, how and when; hours are the council's. */
export interface NewsPreferences {
  topics: NewsTopic[];
  /** "22:00"; both or none. */
  quiet_from: string | null;
  quiet_until: string | null;
  urgent_passes: boolean;
  digest_hour: number;
}
export interface NewsChannelRow {
  channel: NewsChannel;
  name: string;
  state: "ok" | "failing" | "not_set_up" | "no_address" | "no_phone";
  words: string;
  to: string;
  last_sent_at: string | null;
  next_try_at: string | null;
  waiting: number;
}
export interface PushPhone {
  id: string;
  name: string;
  this_one: boolean;
  since: string;
  last_sent_at: string | null;
  on: boolean;
  problem: string;
}
export interface NewsFailing {
  person: Named;
  organisation: string;
  channel: NewsChannel;
  words: string;
  since: string;
  given_up: number;
}

export interface Changes {
  cursor: string;
  more: boolean;
  reset: boolean;
  server_time: string;
  defects: Defect[];
  jobs: Job[];
  gone: { defects: string[]; jobs: string[] };
}

export interface FieldError {
  field: string;
  message: string;
}
export interface PushResult {
  id: string;
  status: "applied" | "repeated" | "conflict" | "rejected" | "waiting";
  code: string | null;
  detail: string | null;
  errors: FieldError[];
  subject: { kind: string; id: string; number: string | null } | null;
  /** When the server first received it; an older server does not say. */
  received_at?: string | null;
}
export interface PushAnswer {
  server_time: string;
  results: PushResult[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  errors?: FieldError[];
}
