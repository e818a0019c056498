/** People, answers and operations for tests of the walk. */
import type {
  AnswerValue,
  AuditAnswer,
  AuditRow,
  Operation,
  OperationKind,
  Payloads,
  Person,
} from "../../../api/types";
import type { KeptAudit, OutboxItem } from "../../../sync/audits";
import type { Definition, Question, Section } from "../questions/definition";
import type { AuditContext } from "./overlay";

export const AUDIT = "0199-audit";
export const WENDY = { id: "wendy", name: "Wendy" };
export const OMAR = { id: "omar", name: "Omar" };
export const ASKED_AT = "2026-11-22T12:00:00.000Z";

/** So many seconds into the walk. */
export function at(second: number): string {
  return new Date(Date.parse("2026-11-22T10:00:00.000Z") + second * 1000).toISOString();
}

export function said(
  id: string,
  by: typeof WENDY,
  value: AnswerValue,
  second: number,
  more: Partial<AuditAnswer> = {},
): AuditAnswer {
  return {
    id,
    question: "bins",
    instance: "",
    value,
    note: "",
    restricted_note: null,
    place: null,
    by,
    at: at(second),
    based_on: null,
    chosen: false,
    late: false,
    photos: [],
    ...more,
  };
}

export function row(part: Partial<KeptAudit> = {}): KeptAudit {
  const audit: AuditRow = {
    id: AUDIT,
    number: "A-0007",
    version: 1,
    kind: "audit",
    state: "walking",
    title: "Estate walk, Northgate",
    checklist: { code: "estate-walk", version: 1, version_id: "v1", title: "Estate walk" },
    area: { id: "area", name: "Northgate" },
    led_by: WENDY,
    walkers: [],
    trigger: "Routine",
    evidence: { summary: "", from: null, to: null, source: "", photos: [] },
    light: "day",
    weather: "dry",
    feels_safe_day: null,
    feels_safe_dark: null,
    risk: { done: true, note: "", at: at(0) },
    check_in: null,
    track_wanted: false,
    ...{ participants: [], concerns: [], answers: [], streets: [], defects: [], carried: [] },
    revisit_of: null,
    revisit_due_on: null,
    started_at: at(0),
    walked_at: null,
    signed: null,
    result: null,
    may: { walk: true, reconcile: true, sign: true, read_restricted: false },
  };
  return { ...audit, asked_at: ASKED_AT, ...part };
}

let made = 0;

/** An operation in the outbox of whoever the context is of. */
export function item<K extends OperationKind>(
  kind: K,
  payload: Payloads[K],
  part: Partial<OutboxItem> = {},
): OutboxItem {
  made += 1;
  const id = `0199-${String(made).padStart(6, "0")}`;
  const operation: Operation<K> = {
    ...{ id, kind, made_at: at(0), clock_offset_ms: 0, based_on: null, after: null },
    payload,
  };
  return {
    ...{ id, person_id: WENDY.id, operation, state: "here", reason: null, code: null, tries: 0, tried_at: null },
    ...{ sent_at: null, received_at: null, number: null, saved_at: at(0) },
    ...part,
  };
}

export function answering(id: string, question: string, value: AnswerValue, second: number, more = {}): OutboxItem {
  return item("answer_question", {
    ...{ answer_id: id, audit_id: AUDIT, question, instance: "", value, note: "", restricted_note: "" },
    ...{ place: null, based_on: null, photos: [], at: at(second) },
    ...more,
  });
}

export function contextOf(person: { id: string; name: string }): AuditContext {
  return {
    person: person as Person,
    photoUrl: () => null,
    checklist: () => ({ version_id: "v1", title: "Estate walk" }),
    areaName: () => "Northgate",
    earlier: () => null,
  };
}

export function question(code: string, part: Partial<Question> = {}): Question {
  return {
    code,
    label: `${code}?`,
    ...{ help: "", examples: [], type: "pass_fail", required: false, required_when: null, relevant: null },
    ...{ constraint: null, constraint_words: "", restricted: false, choices: [], unit: "", least: null, most: null },
    ...{ weight: 1, defect: null, asset_kind: "other", questions: [] },
    ...part,
  };
}

export function section(code: string, questions: Question[]): Section {
  return { code, title: `Section ${code}`, help: "", relevant: null, scored: true, questions };
}

export function definition(...sections: Section[]): Definition {
  return { title: "Test", purpose: "", kind: "quick", sections, grading: { green_from: 80, amber_from: 50 } };
}
