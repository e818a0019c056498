/** What a person can do, as it goes to the server: the kinds of operations and what each carries. */
import type { AuditPayloads } from "./audit-operations";
import type { Place, Severity, SightingFor, SightingKind } from "./types";

export interface PhotoRecord {
  id: string;
  sha256: string;
  size_bytes: number;
  content_type: string;
  taken_at: string;
  place?: Place | null;
}

export interface Payloads extends AuditPayloads {
  start_patrol: {
    patrol_id: string;
    kind: "patrol" | "audit";
    started_at: string;
    area_id?: string | null;
  };
  end_patrol: { patrol_id: string; ended_at: string };
  raise_defect: {
    defect_id: string;
    category: string;
    severity: Severity;
    note: string;
    observed_at: string;
    place: Place;
    street_text: string;
    people_in_photo: boolean;
    patrol_id: string | null;
    /** Of the audit that patrol_id names. */
    answer_id?: string | null;
    photos: PhotoRecord[];
    fly_tipping?: { waste_type?: string; size?: string; land_type?: string } | null;
  };
  confirm_defect: { defect_id: string; observed_at: string; note: string; photos: PhotoRecord[] };
  accept_job: { job_id: string; at: string };
  start_job: { job_id: string; at: string };
  pause_job: { job_id: string; at: string; reason: string; note: string; photos: PhotoRecord[] };
  resume_job: { job_id: string; at: string };
  close_job: {
    job_id: string;
    at: string;
    note: string;
    /** Where the after photo was taken. */
    place?: Place | null;
    away_reason?: string;
    photos: PhotoRecord[];
  };
  /** Made safe, and not finished yet: the job that finishes the work goes on. */
  split_job: {
    job_id: string;
    at: string;
    make_safe: true;
    note: string;
    place?: Place | null;
    photos: PhotoRecord[];
  };
  return_job: {
    job_id: string;
    at: string;
    reason: string;
    note: string;
    /** With "not ours": whose it may be. */
    suggested_organisation_id?: string | null;
    photos: PhotoRecord[];
  };
  report_back: {
    sighting_id: string;
    to: SightingFor;
    kind: SightingKind;
    place: Place;
    at: string;
    note: string;
    street_text: string;
    job_id?: string | null;
    defect_id?: string | null;
    photos: PhotoRecord[];
  };
  close_sighting: { sighting_id: string; at: string; note: string };
  verify_defect: { defect_id: string; at: string; note: string; photos: PhotoRecord[] };
  dispute_defect: { defect_id: string; at: string; note: string; photos: PhotoRecord[] };
  /** What is left out stays as it is. */
  amend_defect: {
    defect_id: string;
    at: string;
    note?: string;
    severity?: Severity;
    street_text?: string;
    photos: PhotoRecord[];
  };
}
export type OperationKind = keyof Payloads;

/** One thing that a person did, as it goes to the server. */
export interface Operation<K extends OperationKind = OperationKind> {
  id: string;
  kind: K;
  made_at: string;
  clock_offset_ms: number;
  based_on: number | null;
  after: string | null;
  payload: Payloads[K];
}
