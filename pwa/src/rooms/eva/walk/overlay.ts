/**
 * One audit as the screens show it: the server's row with this phone's own work laid over it. Pure. It
 * comes out the same whichever part of that work the row shows already, and in whatever order it arrived.
 */
import type {
  AuditAnswer,
  AuditDefect,
  AuditRow,
  Carried,
  Concern,
  Operation,
  OperationKind,
  Participant,
  Payloads,
  Person,
  Photo,
  PhotoRecord,
} from "../../../api/types";
import { auditOf } from "../../../sync/audit-of";
import type { KeptAudit, OutboxItem } from "../../../sync/audits";

/** What only this phone knows of it yet. */
export interface LocalAudit {
  /** Operations that the server has not taken. */
  unsent: number;
  /** Operations that it refused: they need the person. */
  refused: number;
  /** The server has never heard of this audit. */
  unsent_beginning: boolean;
}
export type AuditView = AuditRow & { local: LocalAudit };

export interface AuditContext {
  person: Person | null;
  /** Address of a photo that this phone holds (`local:<id>`), or null. */
  photoUrl: (id: string) => string | null;
  /** The title and the id of a version of a checklist that this phone has. */
  checklist: (code: string, version: number) => { version_id: string; title: string } | null;
  areaName: (id: string) => string;
  /** The earlier audit that a re-visit is of, where this phone has it. */
  earlier: (id: string) => AuditRow | null;
}

/** As this app writes it: whole but for its photos, which only stand there where there are some. */
type Whole<K extends OperationKind> = { [P in keyof Payloads[K]]-?: Exclude<Payloads[K][P], undefined> };
type Made<K extends OperationKind> = Operation<K> & { payload: Whole<K> };

function is<K extends OperationKind>(operation: Operation, kind: K): operation is Made<K> {
  return operation.kind === kind;
}

/** The server has it, and the row was asked for after that. */
function isShown(item: OutboxItem, row: KeptAudit | null): boolean {
  return row !== null && item.state === "sent" && item.sent_at !== null && item.sent_at < row.asked_at;
}

/** Null where neither the server nor this phone knows the audit. */
export function overlayAudit(
  id: string,
  row: KeptAudit | null,
  outbox: readonly OutboxItem[],
  context: AuditContext,
): AuditView | null {
  const own = outbox.filter(({ operation }) => auditOf(operation) === id);
  const beginning = own.find(({ operation }) => operation.kind === "begin_audit");
  const start = row ?? (beginning ? begun(beginning.operation as Made<"begin_audit">, context) : null);
  if (!start) return null;
  let now: AuditRow = withLocalPhotos(start, context);
  for (const item of own) {
    if (item.state !== "here" && item.state !== "sent") continue;
    if (!isShown(item, row)) now = change(now, item, context);
  }
  const waiting = own.filter((item) => item.state === "here").length;
  const refused = own.filter((item) => item.state === "refused").length;
  const unsent_beginning = row === null && beginning?.state !== "sent";
  return { ...now, local: { unsent: waiting, refused, unsent_beginning } };
}

function byOf(context: AuditContext) {
  return { id: context.person?.id ?? "", name: context.person?.name ?? "" };
}

/** An audit that only this phone knows. */
function begun({ payload, made_at }: Made<"begin_audit">, context: AuditContext): AuditRow {
  const by = byOf(context);
  const checklist = context.checklist(payload.checklist, payload.checklist_version);
  const nothing = { summary: "", from: null, to: null, source: "" };
  const earlier = payload.revisit_of ? context.earlier(payload.revisit_of) : null;
  return {
    id: payload.audit_id,
    number: "",
    version: 0,
    kind: "audit",
    state: "walking",
    title: payload.title,
    checklist: {
      code: payload.checklist,
      version: payload.checklist_version,
      version_id: checklist?.version_id ?? "",
      title: checklist?.title ?? payload.checklist,
    },
    area: payload.area_id ? { id: payload.area_id, name: context.areaName(payload.area_id) } : null,
    led_by: by,
    walkers: [{ person: by, sections: null, joined_at: payload.started_at }],
    trigger: payload.trigger,
    evidence: { ...(payload.evidence ?? nothing), photos: shownPhotos(payload.photos ?? [], context) },
    light: payload.light,
    weather: payload.weather,
    feels_safe_day: null,
    feels_safe_dark: null,
    risk: { ...payload.risk, at: made_at },
    check_in: payload.check_in_minutes
      ? { minutes: payload.check_in_minutes, next_due_at: null, missed_at: null }
      : null,
    track_wanted: payload.track_wanted,
    ...{ participants: [], concerns: [], answers: [], streets: [], defects: [] },
    carried: (earlier?.open_items ?? []).map(askedAnew),
    revisit_of: payload.revisit_of ? { id: payload.revisit_of, number: earlier?.number ?? "" } : null,
    revisit_due_on: null,
    started_at: payload.started_at,
    walked_at: null,
    signed: null,
    result: null,
    may: { walk: true, reconcile: true, sign: true, read_restricted: false },
  };
}

/** What the earlier audit left open, as the re-visit asks it. */
function askedAnew(item: Carried): Carried {
  return { ...item, outcome: "", note: "", photos: [], by: null, at: null };
}

function shownPhotos(records: readonly PhotoRecord[], context: AuditContext): Photo[] {
  return records.map(({ id, taken_at }) => {
    const url = context.photoUrl(id);
    return {
      ...{ id, role: "evidence" as const, state: "expected" as const, taken_at, width: null, height: null },
      thumbnail: url ?? `/api/photos/${id}/thumbnail`,
      view: url ? `${url}/whole` : `/api/photos/${id}/view`,
    };
  });
}

/** Until the server's copies are ready, what this phone holds is shown in their place. */
function withLocalPhotos(row: AuditRow, context: AuditContext): AuditRow {
  const local = <T extends { photos: Photo[] }>(one: T): T => {
    if (one.photos.every((photo) => photo.state === "ready")) return one;
    const photos = one.photos.map((photo) => {
      const url = photo.state === "ready" ? null : context.photoUrl(photo.id);
      return url ? { ...photo, thumbnail: url, view: `${url}/whole` } : photo;
    });
    return { ...one, photos };
  };
  return {
    ...row,
    evidence: local(row.evidence),
    answers: row.answers.map(local),
    concerns: row.concerns.map(local),
    defects: row.defects.map(local),
    carried: row.carried.map(local),
  };
}

function added<T extends { id: string }>(rows: readonly T[], one: T): T[] {
  return rows.some((row) => row.id === one.id) ? [...rows] : [...rows, one];
}

function change(row: AuditRow, item: OutboxItem, context: AuditContext): AuditRow {
  const { operation } = item;
  if (is(operation, "answer_question")) {
    return {
      ...row,
      answers: added(row.answers, answered(operation, context)),
      walkers: walkersWith(row, operation, context),
    };
  }
  if (is(operation, "choose_answer")) return chosen(row, operation);
  if (is(operation, "raise_defect")) return { ...row, defects: added(row.defects, found(operation, item, context)) };
  if (is(operation, "add_participant")) {
    return { ...row, participants: added(row.participants, cameAlong(operation.payload)) };
  }
  if (is(operation, "note_concern")) {
    return { ...row, concerns: added(row.concerns, said(operation.payload, context)) };
  }
  if (is(operation, "check_street")) return streetChecked(row, operation.payload, context);
  if (is(operation, "judge_carried")) return judged(row, operation.payload, context);
  return changeFacts(row, operation, context);
}

/** What an operation does to the audit itself: its state, its facts, who walks it. */
function changeFacts(row: AuditRow, operation: Operation, context: AuditContext): AuditRow {
  if (is(operation, "set_audit")) {
    const { audit_id: _id, at: _at, evidence, ...facts } = operation.payload;
    const more = evidence ? { evidence: { ...row.evidence, ...evidence } } : {};
    return { ...row, ...facts, ...more };
  }
  if (is(operation, "pause_audit")) return { ...row, state: row.state === "walking" ? "paused" : row.state };
  if (is(operation, "resume_audit")) return { ...row, state: row.state === "paused" ? "walking" : row.state };
  if (is(operation, "finish_audit")) {
    const open = row.state === "walking" || row.state === "paused";
    return open ? { ...row, state: "walked", walked_at: operation.payload.at, check_in: null } : row;
  }
  if (is(operation, "join_audit")) return { ...row, walkers: walkersWith(row, operation, context) };
  if (is(operation, "check_in")) {
    const { minutes } = operation.payload;
    // By when is the server's to say: its timer starts when it hears of this.
    return { ...row, check_in: minutes === null ? null : { minutes, next_due_at: null, missed_at: null } };
  }
  return row;
}

function walkersWith(
  row: AuditRow,
  operation: Made<"answer_question"> | Made<"join_audit">,
  context: AuditContext,
): AuditRow["walkers"] {
  const person = byOf(context);
  const sections = is(operation, "join_audit") ? operation.payload.sections : null;
  const known = row.walkers.find((one) => one.person.id === person.id);
  if (known && operation.kind !== "join_audit") return row.walkers;
  if (known) return row.walkers.map((one) => (one === known ? { ...one, sections } : one));
  return [...row.walkers, { person, sections, joined_at: operation.payload.at }];
}

function answered({ payload }: Made<"answer_question">, context: AuditContext): AuditAnswer {
  return {
    id: payload.answer_id,
    question: payload.question,
    instance: payload.instance,
    value: payload.value,
    note: payload.note,
    restricted_note: payload.restricted_note || null,
    place: payload.place,
    by: byOf(context),
    at: payload.at,
    based_on: payload.based_on,
    chosen: false,
    late: false,
    photos: shownPhotos(payload.photos ?? [], context),
  };
}

function chosen(row: AuditRow, { payload }: Made<"choose_answer">): AuditRow {
  const answers = row.answers.map((one) =>
    one.id === payload.answer_id ? { ...one, chosen: true, chosen_at: payload.at } : one,
  );
  return { ...row, answers };
}

function found({ payload }: Made<"raise_defect">, item: OutboxItem, context: AuditContext): AuditDefect {
  return {
    id: payload.defect_id,
    number: item.number ?? "",
    category: payload.category,
    severity: payload.severity,
    status: "open",
    answer_id: payload.answer_id ?? null,
    photos: shownPhotos(payload.photos, context),
  };
}

function cameAlong(payload: Whole<"add_participant">): Participant {
  const { participant_id: id, name, role, organisation, consent, contact, at } = payload;
  return { id, name, role, organisation, consent, contact, at };
}

function said(payload: Whole<"note_concern">, context: AuditContext): Concern {
  const { concern_id: id, kind, text, said_by, restricted, place, pins, at } = payload;
  const photos = shownPhotos(payload.photos ?? [], context);
  return { id, kind, text, said_by, restricted, place, pins, photos, by: byOf(context), at };
}

/** The newest word on a street counts, whoever's it is. */
function streetChecked(row: AuditRow, payload: Whole<"check_street">, context: AuditContext): AuditRow {
  const before = row.streets.find((one) => one.name === payload.street);
  if (before && Date.parse(before.at) > Date.parse(payload.at)) return row;
  const others = row.streets.filter((one) => one !== before);
  if (payload.state === "taken_back") return { ...row, streets: others };
  const { street: name, state, at } = payload;
  return { ...row, streets: [...others, { name, state, by: byOf(context), at }] };
}

function judged(row: AuditRow, payload: Whole<"judge_carried">, context: AuditContext): AuditRow {
  const { source_kind, source_id, outcome, note, at } = payload;
  const carried = row.carried.map((one) => {
    if (one.source_kind !== source_kind || one.source_id !== source_id) return one;
    if (one.at && Date.parse(one.at) > Date.parse(at)) return one;
    const known = new Set(one.photos.map((photo) => photo.id));
    const more = shownPhotos(payload.photos ?? [], context).filter((photo) => !known.has(photo.id));
    return { ...one, outcome, note, at, by: byOf(context), photos: [...one.photos, ...more] };
  });
  return { ...row, carried };
}
