/**
 * Audits and their checklists on this phone. Fetched by the rooms that need it: nothing of it comes with
 * the app's first screen.
 *
 * Read (signals): `serverAudits` by id, `checklists` by version id, `auditsRead`.
 * Do: `startAudits()` once, `pullAudits()` now, `fetchAudit(id)` for one that does not belong on this
 * phone, `act(kind, payload, photos)` for everything on an audit but answers, `answer(...)` for those.
 */
import { effect, signal } from "@preact/signals";
import { type Answer, ask } from "../api/client";
import type { AuditRow, OperationKind, Payloads, PublishedChecklist } from "../api/types";
import {
  allAudits,
  allChecklists,
  type KeptAudit,
  putAudits,
  putPublished,
  putReplaced,
  type StoredChecklist,
} from "../storage/audits";
import { getMeta, type OutboxItem } from "../storage/db";
import * as store from "../storage/outbox";
import { auditOf } from "./audit-of";
import { onOtherTabs, tellOtherTabs } from "./channel";
import { fetchPictures } from "./example-pictures";
import { uuid7 } from "./ids";
import { forgetShown, outboxRead, reload } from "./outbox-state";
import { type NewPhoto, noticingFull, perform, recordOf, toKeep } from "./perform";
import { kick } from "./sender";
import * as state from "./state";

export type { KeptAudit, StoredChecklist } from "../storage/audits";
export type { OutboxItem } from "../storage/db";

/** As the server last told them, by id; those that are only looked at too. */
export const serverAudits = signal<ReadonlyMap<string, KeptAudit>>(new Map());
export const checklists = signal<ReadonlyMap<string, StoredChecklist>>(new Map());
/** Whether the phone's own store has been read. */
export const auditsRead = signal(false);

const EVERY_MS = 60_000;
/** After something was sent: many go together. */
const GATHER_MS = 700;

let started: Promise<void> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Reads what the phone has, asks the server, and keeps asking while the app is in front. */
export function startAudits(): Promise<void> {
  started ??= start();
  return started;
}

async function start(): Promise<void> {
  await readKept();
  onOtherTabs(() => void readKept());
  let person = state.session.value.person?.id ?? null;
  effect(() => {
    const now = state.session.value.person?.id ?? null;
    if (now === person) return;
    person = now;
    serverAudits.value = new Map();
    void readKept().then(pullAudits);
  });
  watchSent();
  setInterval(() => document.visibilityState === "visible" && void pullAudits(), EVERY_MS);
  void pullAudits();
}

async function readKept(): Promise<void> {
  const [rows, versions] = await Promise.all([allAudits(), allChecklists()]);
  const kept = new Map(rows.map((row) => [row.id, row]));
  const looked = [...serverAudits.peek()].filter(([id, row]) => !kept.has(id) && row.looked);
  serverAudits.value = new Map([...looked, ...kept]);
  checklists.value = new Map(versions.map((one) => [one.version_id, one]));
  auditsRead.value = true;
}

/** Asks for the rows anew as soon as something of an audit was sent. */
function watchSent(): void {
  let before = new Set<string>();
  effect(() => {
    const sent = state.items.value.filter((item) => item.state === "sent" && auditOf(item.operation) !== null);
    const fresh = sent.some((item) => !before.has(item.id));
    before = new Set(sent.map((item) => item.id));
    if (!fresh) return;
    clearTimeout(timer);
    timer = setTimeout(() => void pullAudits(), GATHER_MS);
  });
}

let pulling: Promise<void> | null = null;
let again = false;

/** Brings checklists and audits up to date; without signal nothing changes. One at a time. */
export function pullAudits(): Promise<void> {
  again = pulling !== null;
  pulling ??= (async () => {
    do {
      again = false;
      await pullOnce().catch(() => undefined);
    } while (again);
  })().finally(() => {
    pulling = null;
  });
  return pulling;
}

/** Crews work from jobs, councillors read reports: their phones need neither checklists nor audits. */
const WALK_NOTHING: ReadonlySet<string> = new Set(["crew", "councillor"]);

async function pullOnce(): Promise<void> {
  const person = state.session.value.person;
  if (!person || state.session.value.expired || WALK_NOTHING.has(person.role)) return;
  if (!(await pullPublished())) return;
  await pullMine(person.id);
}

function isPublished(data: unknown): boolean {
  return Array.isArray((data as { results?: unknown } | null)?.results);
}

function isHeld(data: unknown): boolean {
  return Array.isArray((data as { audits?: unknown } | null)?.audits);
}

/** False when the server was not reached. */
async function pullPublished(): Promise<boolean> {
  const etag = checklists.value.size > 0 ? await getMeta("checklists_etag") : null;
  const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
  const answer = await ask<{ results: PublishedChecklist[] }>("/api/checklists/published", {
    headers,
    shape: isPublished,
    timeoutMs: 60_000,
  });
  if (answer.kind !== "ok") return answer.kind === "problem";
  if (answer.status === 304) return true;
  const inUse = new Set([...serverAudits.value.values()].map((row) => row.checklist.version_id));
  for (const item of state.items.value) {
    if (item.operation.kind !== "begin_audit") continue;
    const begun = item.operation.payload as Payloads["begin_audit"];
    const version = versionOf(begun.checklist, begun.checklist_version);
    if (version) inUse.add(version.version_id);
  }
  await putPublished(answer.data.results, answer.etag, inUse);
  void fetchPictures(answer.data.results.map((each) => each.content));
  await readKept();
  return true;
}

/** A version of a checklist that is on this phone, by its number. */
export function versionOf(code: string, version: number): StoredChecklist | undefined {
  return [...checklists.value.values()].find((one) => one.code === code && one.version === version);
}

interface Mine {
  id: string;
  version: number;
}

async function pullMine(personId: string): Promise<void> {
  const known = await getMeta("audits_etag");
  const etag = known?.person_id === personId ? known.etag : null;
  const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
  const answer = await ask<{ audits: Mine[] }>("/api/audits/mine", { headers, shape: isHeld, person: personId });
  if (answer.kind !== "ok" || answer.status === 304) return;
  const { audits } = answer.data;
  const here = new Map((await allAudits()).map((row) => [row.id, row]));
  const wanted = audits.filter((one) => here.get(one.id)?.version !== one.version);
  const rows: KeptAudit[] = [];
  let whole = true;
  for (const { id } of wanted) {
    const row = await askFor(id);
    if (row.kind === "ok") rows.push(row.data);
    else whole = false;
  }
  if (state.session.value.person?.id !== personId) return;
  const belongs = new Set(audits.map((one) => one.id));
  const gone = [...here.keys()].filter((id) => !belongs.has(id));
  await putAudits(personId, rows, gone, whole ? answer.etag : null);
  await readKept();
  for (const row of serverAudits.value.values()) await keepVersion(row);
  await letGo();
  if (rows.length + gone.length > 0) tellOtherTabs();
}

async function askFor(id: string): Promise<Answer<KeptAudit>> {
  const asked_at = new Date().toISOString();
  const answer = await ask<AuditRow>(`/api/audits/${id}`);
  if (answer.kind !== "ok") return answer;
  const me = state.session.value.person?.id;
  // What others wrote for few eyes is read where there is signal; this phone keeps only its person's own.
  const answers = answer.data.answers.map((one) =>
    one.by.id === me || !one.restricted_note ? one : { ...one, restricted_note: null },
  );
  return { ...answer, data: { ...answer.data, answers, asked_at } };
}

/** Has the version that an audit goes by on this phone, also where it was replaced long ago. */
async function keepVersion({ checklist }: AuditRow): Promise<void> {
  if (checklists.value.has(checklist.version_id)) return;
  const path = `/api/checklists/${checklist.code}/versions/${checklist.version}`;
  const answer = await ask<{ content: unknown; content_hash?: string; title?: string }>(path);
  if (answer.kind !== "ok") return;
  const { content, content_hash = "", title = checklist.title } = answer.data;
  const { code, version, version_id } = checklist;
  await putReplaced({ code, version, version_id, title, content, content_hash });
  await readKept();
}

/** One that may not belong on this phone: kept in the open window only. Null when it came, else why not. */
export async function fetchAudit(id: string): Promise<Answer<KeptAudit>> {
  const answer = await askFor(id);
  if (answer.kind === "ok") {
    const stored = serverAudits.value.get(id);
    const row = { ...answer.data, looked: stored ? (stored.looked ?? false) : true };
    serverAudits.value = new Map([...serverAudits.value, [id, row]]);
    await keepVersion(row);
  }
  return answer;
}

/** Takes what was sent from the outbox once a row that was asked for after it is here, and its photos are ready. */
async function letGo(): Promise<void> {
  const done = shownByRows(state.items.value, state.localPhotos.value, serverAudits.value);
  if (done.length === 0) return;
  await store.dropItems(done);
  forgetShown(done);
}

interface PhotoOfItem {
  id: string;
  operation_id: string;
  state: string;
}

/** Ids of sent items that their audit's row shows without them. Pure. */
export function shownByRows(
  items: readonly OutboxItem[],
  photos: readonly PhotoOfItem[],
  rows: ReadonlyMap<string, KeptAudit>,
): string[] {
  const own = new Map<string, PhotoOfItem[]>();
  for (const photo of photos) own.set(photo.operation_id, [...(own.get(photo.operation_id) ?? []), photo]);
  return items
    .filter((item) => {
      const id = (item.operation.payload as { audit_id?: string }).audit_id;
      const row = id ? rows.get(id) : undefined;
      if (!row || item.state !== "sent" || !item.sent_at || row.asked_at <= item.sent_at) return false;
      const ready = new Set(photosOf(row).flatMap((photo) => (photo.state === "ready" ? [photo.id] : [])));
      return (own.get(item.id) ?? []).every((photo) => photo.state === "sent" && ready.has(photo.id));
    })
    .map((item) => item.id);
}

function photosOf(row: AuditRow) {
  return [row.evidence, ...row.answers, ...row.concerns, ...row.carried].flatMap((one) => one.photos);
}

/** Unsent work of the beginning, which the rest must follow. */
function begunHere(auditId: string): string | null {
  const begun = state.items.value.find(
    ({ operation, state: where }) =>
      where !== "sent" && operation.kind === "begin_audit" && auditOf(operation) === auditId,
  );
  return begun?.id ?? null;
}

/**
 * Does something on an audit: kept on the phone at once, then sent. Resolves with the operation's id once
 * it is kept; rejects with StorageProblem when it could not be.
 */
export async function act<K extends OperationKind>(
  kind: K,
  payload: Omit<Payloads[K], "photos">,
  photos: NewPhoto[] = [],
): Promise<string> {
  const auditId = (payload as { audit_id?: string }).audit_id ?? "";
  const after = kind === "begin_audit" ? null : begunHere(auditId);
  return perform(kind, payload, photos, { after });
}

export type AnswerGiven = Omit<Payloads["answer_question"], "answer_id" | "photos" | "at">;

/**
 * Answers a question, and says under which id. An answer of this person's to the same question that has not left the phone becomes this
 * one, with its photos; else it is one more answer, and the earlier one stays beside it.
 */
export async function answer(given: AnswerGiven, photos: NewPhoto[] = []): Promise<string> {
  await outboxRead();
  const before = unsentAnswer(given);
  if (before) {
    const folded = await noticingFull(() => store.amend(before.id, (item) => foldedInto(item, given, photos)));
    if (folded) {
      await reload();
      tellOtherTabs();
      kick("saved");
      return (before.operation.payload as Payloads["answer_question"]).answer_id;
    }
  }
  const answer_id = uuid7();
  await act("answer_question", { ...given, answer_id, at: new Date().toISOString() }, photos);
  return answer_id;
}

function unsentAnswer(given: AnswerGiven): OutboxItem | undefined {
  const me = state.session.value.person?.id;
  return state.items.value.findLast((item) => {
    if (item.person_id !== me || item.operation.kind !== "answer_question") return false;
    if (item.state !== "here" || item.tried_at !== null) return false;
    const said = item.operation.payload as Payloads["answer_question"];
    return said.audit_id === given.audit_id && said.question === given.question && said.instance === given.instance;
  });
}

function foldedInto(item: OutboxItem, given: AnswerGiven, added: NewPhoto[]) {
  const said = item.operation.payload as Payloads["answer_question"];
  const payload: Payloads["answer_question"] = {
    ...said,
    ...given,
    based_on: said.based_on,
    at: new Date().toISOString(),
    photos: [...(said.photos ?? []), ...added.map(recordOf)],
  };
  return {
    item: { ...item, operation: { ...item.operation, payload }, saved_at: new Date().toISOString() },
    addPhotos: added.map((photo) => toKeep(photo, item)),
  };
}
