/** What phones send of the walk of an Environmental Visual Audit. */
import type { AnswerValue, CarriedOutcome, ConcernKind, Evidence, Light, Pin, StreetState, Weather } from "./audits";
import type { PhotoRecord } from "./operations";
import type { Place } from "./types";

export interface AuditPayloads {
  begin_audit: {
    audit_id: string;
    checklist: string;
    checklist_version: number;
    area_id?: string | null;
    /** Left empty: the area's name. */
    title?: string;
    started_at: string;
    trigger?: string;
    evidence?: Evidence | null;
    light?: Light | "";
    weather?: Weather | "";
    risk: { done: boolean; note: string };
    /** 5 to 240; null: without a timer. It starts when the server receives this. */
    check_in_minutes?: number | null;
    track_wanted?: boolean;
    revisit_of?: string | null;
    booking_id?: string | null;
    photos?: PhotoRecord[];
  };
  join_audit: { audit_id: string; sections?: string[] | null; at: string };
  /** What is left out stays as it is. */
  set_audit: {
    audit_id: string;
    at: string;
    light?: Light;
    weather?: Weather;
    feels_safe_day?: number | null;
    feels_safe_dark?: number | null;
    evidence?: Evidence;
    title?: string;
  };
  answer_question: {
    answer_id: string;
    audit_id: string;
    question: string;
    /** The id of the repeat that it belongs to; "" outside of one. Letters, digits, - and _. */
    instance?: string;
    value: AnswerValue;
    note?: string;
    restricted_note?: string;
    place?: Place | null;
    /** The answer that they saw when they gave this one: it is replaced, whoever gave it. */
    based_on?: string | null;
    photos?: PhotoRecord[];
    at: string;
  };
  choose_answer: { audit_id: string; answer_id: string; note?: string; at: string };
  add_participant: {
    participant_id: string;
    audit_id: string;
    name: string;
    role?: string;
    organisation?: string;
    consent: boolean;
    contact?: string;
    at: string;
  };
  note_concern: {
    concern_id: string;
    audit_id: string;
    kind: ConcernKind;
    text?: string;
    said_by?: string;
    restricted?: boolean;
    place?: Place | null;
    pins?: Pin[];
    photos?: PhotoRecord[];
    at: string;
  };
  check_street: { audit_id: string; street: string; state: StreetState; at: string };
  /** Longitude, latitude, accuracy in metres, seconds since 1970 by the phone's clock; at most 5,000. */
  add_track: { track_id: string; audit_id: string; points: number[][] };
  /** Minutes until the next word, 5 to 240; null: finished. */
  check_in: { audit_id: string; at: string; minutes?: number | null };
  pause_audit: { audit_id: string; at: string; note?: string };
  resume_audit: { audit_id: string; at: string };
  hand_over_audit: { audit_id: string; to_person_id: string; note?: string; at: string };
  finish_audit: { audit_id: string; at: string };
  judge_carried: {
    audit_id: string;
    source_kind: "defect" | "action";
    source_id: string;
    outcome: CarriedOutcome;
    note?: string;
    photos?: PhotoRecord[];
    at: string;
  };
}
