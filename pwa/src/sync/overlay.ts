/**
 * One truth for every screen: the server's rows with the outbox laid over them. Pure: what comes
 * out depends only on what goes in.
 */
import type { Category, Defect, Job, JobStatus, Operation, Person, Photo } from "../api/types";
import type { ItemState, OutboxItem } from "../storage/db";

/** What this phone adds to a row; null when the row is just what the server says. */
export interface Local {
  /** The newest operation on this row that is not plainly "sent". */
  operation_id: string;
  kind: Operation["kind"];
  state: ItemState;
  reason: string | null;
}
export type DefectView = Defect & { local: Local | null };
export type JobView = Job & { local: Local | null };

export interface OverlayContext {
  person: Person | null;
  categories: ReadonlyMap<string, Category>;
  /** Address of a photo that this phone holds (`local:<id>`, opened only when it is shown), or null. */
  photoUrl: (id: string) => string | null;
}

function is<K extends Operation["kind"]>(operation: Operation, kind: K): operation is Operation<K> {
  return operation.kind === kind;
}

function localPhoto(id: string, role: Photo["role"], takenAt: string, url: string | null): Photo {
  return {
    id,
    role,
    state: "expected",
    taken_at: takenAt,
    width: null,
    height: null,
    thumbnail: url ?? `/api/photos/${id}/thumbnail`,
    view: url ? `${url}/whole` : `/api/photos/${id}/view`,
  };
}

function withLocalPhotos<T extends { photos: Photo[] }>(row: T, context: OverlayContext): T {
  if (row.photos.every((photo) => photo.state === "ready")) return row;
  const photos = row.photos.map((photo) => {
    const url = photo.state === "ready" ? null : context.photoUrl(photo.id);
    return url ? { ...photo, thumbnail: url, view: `${url}/whole` } : photo;
  });
  return { ...row, photos };
}

function raised(operation: Operation<"raise_defect">, context: OverlayContext): Defect {
  const { payload } = operation;
  return {
    id: payload.defect_id,
    number: "",
    version: 0,
    category: payload.category,
    severity: payload.severity,
    status: "open",
    note: payload.note,
    place: payload.place,
    street_text: payload.street_text,
    ward: null,
    land_type: null,
    observed_at: payload.observed_at,
    recorded_at: operation.made_at,
    received_at: "",
    raised_by: { id: context.person?.id ?? "", name: context.person?.name ?? "" },
    mine: true,
    photos: payload.photos.map((p) => localPhoto(p.id, "before", p.taken_at, context.photoUrl(p.id))),
    photos_missing: payload.photos.length,
    people_in_photo: payload.people_in_photo,
    triage_reason: null,
    seen_again: 0,
    job: null,
  };
}

function localOf(item: OutboxItem): Local {
  return {
    operation_id: item.id,
    kind: item.operation.kind,
    state: item.state,
    reason: item.reason,
  };
}

function addPhotos<T extends { photos: Photo[] }>(row: T, more: Photo[]): T {
  const known = new Set(row.photos.map((photo) => photo.id));
  return { ...row, photos: [...row.photos, ...more.filter((photo) => !known.has(photo.id))] };
}

/** A refused operation changes nothing that people see, but the row says that it was refused. */
function counts(item: OutboxItem): boolean {
  return item.state === "here" || item.state === "sent";
}

function changeDefect(row: Defect, item: OutboxItem, context: OverlayContext): Defect {
  const { operation } = item;
  if (!counts(item)) return row;
  if (is(operation, "verify_defect")) {
    const job = row.job && { ...row.job, status: "verified" as const };
    return { ...row, status: "verified", job };
  }
  if (is(operation, "dispute_defect")) {
    const job = row.job && { ...row.job, status: "open" as const, done_at: null };
    return { ...row, status: "routed", job };
  }
  if (is(operation, "confirm_defect")) {
    const photos = operation.payload.photos.map((p) =>
      localPhoto(p.id, "seen_again", p.taken_at, context.photoUrl(p.id)),
    );
    return addPhotos({ ...row, seen_again: row.seen_again + 1 }, photos);
  }
  if (is(operation, "amend_defect")) {
    const { note, severity, street_text, photos } = operation.payload;
    const more = photos.map((p) => localPhoto(p.id, "before", p.taken_at, context.photoUrl(p.id)));
    const changed = { note: note ?? row.note, severity: severity ?? row.severity };
    return addPhotos({ ...row, ...changed, street_text: street_text ?? row.street_text }, more);
  }
  return row;
}

/**
 * Server defects plus what this phone did to them and the ones that it made, newest first.
 * An operation that the server has already answered is no longer laid over a row that is newer
 * than the one it was based on.
 */
export function overlayDefects(
  rows: readonly Defect[],
  outbox: readonly OutboxItem[],
  context: OverlayContext,
): DefectView[] {
  const views = new Map<string, DefectView>();
  for (const row of rows) views.set(row.id, { ...withLocalPhotos(row, context), local: null });
  for (const item of outbox) {
    const { operation } = item;
    if (is(operation, "raise_defect")) {
      if (views.has(operation.payload.defect_id)) continue;
      const made = raised(operation, context);
      views.set(made.id, { ...made, number: item.number ?? "", local: localOf(item) });
      continue;
    }
    if (is(operation, "report_back")) continue;
    const id = (operation.payload as { defect_id?: string }).defect_id;
    const row = id ? views.get(id) : undefined;
    if (!row || settled(item, row.version)) continue;
    views.set(row.id, { ...changeDefect(row, item, context), local: localOf(item) });
  }
  return [...views.values()].sort((a, b) => (a.observed_at < b.observed_at ? 1 : -1));
}

/** True when the server has applied the item and the row that we hold already shows it. */
export function settled(item: OutboxItem, version: number): boolean {
  const based = item.operation.based_on;
  return item.state === "sent" && based !== null && version > based;
}

const JOB_STATUS: Partial<Record<Operation["kind"], JobStatus>> = {
  accept_job: "accepted",
  start_job: "in_progress",
  pause_job: "paused",
  resume_job: "in_progress",
  close_job: "done",
  split_job: "accepted",
  return_job: "returned",
};

const UNFINISHED: readonly JobStatus[] = ["open", "accepted", "in_progress", "paused"];

/** A pause ends where the job had got to before it. */
function whereItHadGot(row: Job): JobStatus {
  if (row.started_at) return "in_progress";
  return row.accepted_at ? "accepted" : "open";
}

function changeJob(row: Job, item: OutboxItem, context: OverlayContext): Job {
  const { operation } = item;
  const status = JOB_STATUS[operation.kind];
  if (!counts(item) || !status) return row;
  const by = context.person && { id: context.person.id, name: context.person.name };
  const payload = operation.payload as { at: string; note?: string };
  if (is(operation, "split_job")) return split(row, operation, context);
  const changed: Job = { ...row, status, paused: null };
  if (payload.note) changed.latest_note = payload.note;
  if (is(operation, "accept_job")) {
    return { ...changed, accepted_at: operation.payload.at, assigned_to: by };
  }
  if (is(operation, "start_job")) {
    const { at } = operation.payload;
    return { ...changed, started_at: at, accepted_at: row.accepted_at ?? at, assigned_to: by };
  }
  if (is(operation, "resume_job")) return { ...changed, status: whereItHadGot(row) };
  if (is(operation, "pause_job")) {
    const { reason, at } = operation.payload;
    return { ...changed, paused: { reason, since: at } };
  }
  if (is(operation, "return_job")) return { ...changed, returned_reason: operation.payload.reason };
  if (is(operation, "close_job")) {
    const photos = operation.payload.photos.map((p) => localPhoto(p.id, "after", p.taken_at, context.photoUrl(p.id)));
    return addPhotos({ ...changed, done_at: operation.payload.at, done_by: by }, photos);
  }
  return changed;
}

function split(row: Job, operation: Operation<"split_job">, context: OverlayContext): Job {
  const { at, note, photos } = operation.payload;
  const by = context.person && { id: context.person.id, name: context.person.name };
  const more = photos.map((p) => localPhoto(p.id, "evidence", p.taken_at, context.photoUrl(p.id)));
  const changed = addPhotos({ ...row, latest_note: note || row.latest_note }, more);
  if (row.kind === "make_safe") return { ...changed, status: "done", paused: null, done_at: at, done_by: by };
  // The work is not finished: it goes on where it was, and who was there has taken it on.
  if (row.status !== "open") return changed;
  return { ...changed, status: "accepted", accepted_at: at, assigned_to: by };
}

/**
 * What an operation on one job of a defect does to the other one, as the server does it: whoever finishes
 * the work or says that it is safe has made it safe; whoever hands one back hands back both.
 */
function changeBeside(row: Job, named: Job, item: OutboxItem): Job {
  const { operation } = item;
  if (row.id === named.id || row.defect_id !== named.defect_id || !counts(item)) return row;
  if (row.organisation.id !== named.organisation.id || !UNFINISHED.includes(row.status)) return row;
  if (is(operation, "return_job")) {
    return { ...row, status: "returned", paused: null, returned_reason: operation.payload.reason };
  }
  const isMadeSafe = row.kind === "make_safe" && named.kind !== "make_safe";
  if (isMadeSafe && (is(operation, "close_job") || is(operation, "split_job"))) {
    return { ...row, status: "done", paused: null, done_at: operation.payload.at };
  }
  return row;
}

/** Server jobs with what this phone did to them, in the order they are due (undated last). */
export function overlayJobs(rows: readonly Job[], outbox: readonly OutboxItem[], context: OverlayContext): JobView[] {
  const views = new Map<string, JobView>();
  for (const row of rows) views.set(row.id, { ...withLocalPhotos(row, context), local: null });
  for (const item of outbox) {
    const id = (item.operation.payload as { job_id?: string }).job_id;
    const row = id && item.operation.kind in JOB_STATUS ? views.get(id) : undefined;
    if (!row || settled(item, row.version)) continue;
    for (const beside of views.values()) {
      const changed = changeBeside(beside, row, item);
      if (changed !== beside) views.set(beside.id, { ...changed, local: localOf(item) });
    }
    views.set(row.id, { ...changeJob(row, item, context), local: localOf(item) });
  }
  const due = (job: Job) => job.due_at ?? "9999";
  return [...views.values()].sort((a, b) => (due(a) < due(b) ? -1 : 1));
}
