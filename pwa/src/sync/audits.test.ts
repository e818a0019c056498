import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { AuditRow, Payloads, Person } from "../api/types";
import { allAudits, allChecklists, putAudits } from "../storage/audits";
import { item, NINE, photo, TEN } from "../storage/cast";
import { closeDatabase, getMeta, setMeta } from "../storage/db";
import { allItems, allPhotos, markTried, saveItems } from "../storage/outbox";
import { forgetRows } from "../storage/rows";
import { act, answer, checklists, pullAudits, serverAudits, shownByRows, startAudits, versionOf } from "./audits";
import { reload } from "./outbox-state";
import type { NewPhoto } from "./perform";
import * as state from "./state";

const AUDIT = "0199-audit";
const GIVEN = {
  ...{ audit_id: AUDIT, question: "bins", instance: "", value: "fail", note: "", restricted_note: "" },
  ...{ place: null, based_on: null },
};

/** What the server would answer, by path; what is not in here is out of reach. */
let server: Record<string, { etag?: string; body: unknown }> = {};
let asked: string[] = [];

function answered(path: string, headers: Record<string, string>): Response {
  const known = server[path];
  if (!known) throw new TypeError("no signal");
  const ours = {
    "X-Sightline": "1",
    "X-Sightline-Api": "2",
    "Content-Type": "application/json",
    ETag: known.etag ?? "",
  };
  if (known.etag && headers["If-None-Match"] === known.etag) return new Response(null, { status: 304, headers: ours });
  return new Response(JSON.stringify(known.body), { headers: ours });
}

// As in a window that nobody looks at: what is kept is tried to be sent once, and no timer follows.
beforeAll(() => void Object.assign(globalThis, { document: { visibilityState: "hidden", cookie: "" } }));
beforeEach(async () => {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
  server = {};
  asked = [];
  vi.stubGlobal("fetch", async (path: string, how: { headers: Record<string, string> }) => {
    asked.push(path);
    return answered(path, how.headers);
  });
  state.session.value = { status: "signed_in", person: { id: "wendy", name: "Wendy" } as Person, expired: false };
  state.outboxRead.value = false;
  state.items.value = [];
  serverAudits.value = new Map();
  checklists.value = new Map();
  await reload();
});
afterEach(() => void vi.unstubAllGlobals());

function picture(id: string): NewPhoto {
  const { bytes, preview, sha256, size_bytes, content_type, taken_at, place } = photo(id, "");
  return { id, bytes, preview, sha256, size_bytes, content_type, taken_at, place };
}

async function answers(): Promise<Payloads["answer_question"][]> {
  const items = (await allItems()).filter((one) => one.operation.kind === "answer_question");
  return items.map((one) => one.operation.payload as Payloads["answer_question"]);
}

describe("answering without signal", () => {
  it("keeps one answer to a question, with the last word and every photo of it", async () => {
    const first = await answer(GIVEN, [picture("a")]);
    const again = await answer({ ...GIVEN, value: "pass", note: "After all", based_on: first }, [picture("b")]);
    expect(again).toBe(first);
    const [only, ...more] = await answers();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ answer_id: first, value: "pass", note: "After all", based_on: null });
    expect(only?.photos?.map((one) => one.id)).toEqual(["a", "b"]);
    expect((await allPhotos()).map((one) => one.id).sort()).toEqual(["a", "b"]);
  });
  it("keeps answers to other questions, and of other instances, apart", async () => {
    await answer(GIVEN);
    await answer({ ...GIVEN, instance: "1" });
    await answer({ ...GIVEN, question: "lights" });
    expect(await answers()).toHaveLength(3);
  });
  it("never changes what may have left the phone: a new word is one more answer", async () => {
    const first = await answer(GIVEN);
    await markTried(
      (await allItems()).map((one) => one.id),
      TEN,
    );
    await reload();
    const second = await answer({ ...GIVEN, value: "pass", based_on: first });
    expect(second).not.toBe(first);
    expect((await answers()).map((one) => [one.value, one.based_on])).toEqual([
      ["fail", null],
      ["pass", first],
    ]);
  });
  it("follows the beginning of its audit, as long as that was not sent", async () => {
    const begun = await act("begin_audit", { audit_id: AUDIT } as Payloads["begin_audit"]);
    await answer(GIVEN);
    expect((await allItems()).at(-1)?.operation.after).toBe(begun);
    const beginning = (await allItems()).filter((one) => one.id === begun);
    await saveItems(beginning.map((one) => ({ ...one, state: "sent", sent_at: TEN })));
    await reload();
    await answer({ ...GIVEN, question: "lights" });
    expect((await allItems()).at(-1)?.operation.after).toBeNull();
  });
});

function row(version: number, more: object = {}): AuditRow {
  const parts = { evidence: { photos: [] }, answers: [], concerns: [], carried: [], defects: [] };
  const checklist = { code: "walk", version: 1, version_id: "v1", title: "Walk" };
  return { id: AUDIT, version, checklist, ...parts, ...more } as unknown as AuditRow;
}

function published(version: number) {
  const which = { code: "walk", title: "Walk", version, version_id: `v${version}` };
  return { ...which, content_hash: "", content: { title: `Version ${version}`, sections: [] } };
}

describe("what the phone fetches", () => {
  it("is what changed, and it is there without signal", async () => {
    server["/api/checklists/published"] = { etag: "c1", body: { results: [published(1)] } };
    server["/api/audits/mine"] = { etag: "m1", body: { audits: [{ id: AUDIT, version: 4 }] } };
    server[`/api/audits/${AUDIT}`] = { body: row(4) };
    await startAudits();
    await pullAudits();
    expect((await allAudits()).map((one) => one.version)).toEqual([4]);
    expect(versionOf("walk", 1)?.content).toMatchObject({ title: "Version 1" });
    asked = [];
    await pullAudits();
    expect(asked).toEqual(["/api/checklists/published", "/api/audits/mine"]);
    server = {};
    await pullAudits();
    expect(serverAudits.value.get(AUDIT)?.version).toBe(4);
  });
  it("keeps the version that a walk began with, whatever is published meanwhile", async () => {
    server["/api/checklists/published"] = { etag: "c1", body: { results: [published(1)] } };
    server["/api/audits/mine"] = { etag: "m1", body: { audits: [{ id: AUDIT, version: 4 }] } };
    server[`/api/audits/${AUDIT}`] = { body: row(4) };
    await pullAudits();
    server["/api/checklists/published"] = { etag: "c2", body: { results: [published(2)] } };
    await pullAudits();
    expect((await allChecklists()).map((one) => [one.version, one.published]).sort()).toEqual([
      [1, false],
      [2, true],
    ]);
    server["/api/audits/mine"] = { etag: "m2", body: { audits: [] } };
    server["/api/checklists/published"] = { etag: "c3", body: { results: [published(3)] } };
    await pullAudits();
    await pullAudits();
    server["/api/checklists/published"] = { etag: "c4", body: { results: [published(3)] } };
    await pullAudits();
    expect((await allChecklists()).map((one) => one.version)).toEqual([3]);
  });
  it("brings an old version that only an audit of somebody else goes by", async () => {
    server["/api/checklists/published"] = { etag: "c1", body: { results: [published(2)] } };
    server["/api/audits/mine"] = { etag: "m1", body: { audits: [{ id: AUDIT, version: 4 }] } };
    server[`/api/audits/${AUDIT}`] = { body: row(4) };
    server["/api/checklists/walk/versions/1"] = { body: { content: { title: "Version 1", sections: [] } } };
    await pullAudits();
    expect(versionOf("walk", 1)).toMatchObject({ published: false, content: { title: "Version 1" } });
  });
  it("asks again for an audit that did not come, and leaves what others wrote for few eyes where it is", async () => {
    server["/api/checklists/published"] = { etag: "c1", body: { results: [published(1)] } };
    server["/api/audits/mine"] = { etag: "m1", body: { audits: [{ id: AUDIT, version: 4 }] } };
    await pullAudits();
    expect(await allAudits()).toEqual([]);
    const said = (id: string, by: string) => ({ id, by: { id: by, name: by }, restricted_note: "needles", photos: [] });
    server[`/api/audits/${AUDIT}`] = { body: row(4, { answers: [said("1", "wendy"), said("2", "omar")] }) };
    await pullAudits();
    expect((await allAudits())[0]?.answers.map((one) => one.restricted_note)).toEqual(["needles", null]);
  });
  it("is forgotten with everything else of the server's when somebody else signs in", async () => {
    await putAudits("wendy", [{ ...row(1), asked_at: NINE }], [], "m1");
    await setMeta("cursor", "c");
    await forgetRows();
    expect(await allAudits()).toEqual([]);
    expect(await getMeta("audits_etag")).toBeUndefined();
  });
});

describe("what was sent leaves the outbox", () => {
  const sent = (id: string) => {
    const one = item(id);
    const operation = { ...one.operation, kind: "answer_question" as const, payload: GIVEN as never };
    return { ...one, operation, state: "sent" as const, sent_at: TEN };
  };
  const rows = (asked_at: string, photos: object[] = []) =>
    new Map([[AUDIT, { ...row(1, { answers: [{ photos }] }), asked_at }]]);

  it("once a row that was asked for after it is here", () => {
    expect(shownByRows([sent("1")], [], rows(NINE))).toEqual([]);
    expect(shownByRows([sent("1")], [], rows("2026-11-21T10:00:01.000Z"))).toEqual(["1"]);
    expect(shownByRows([{ ...sent("1"), state: "here" }], [], rows("2026-11-21T10:00:01.000Z"))).toEqual([]);
  });
  it("and not before the server shows its photos", () => {
    const after = "2026-11-21T10:00:01.000Z";
    const photos = [{ id: "a", operation_id: "1", state: "sent" }];
    expect(shownByRows([sent("1")], photos, rows(after, [{ id: "a", state: "received" }]))).toEqual([]);
    expect(shownByRows([sent("1")], photos, rows(after, [{ id: "a", state: "ready" }]))).toEqual(["1"]);
    const here = [{ id: "a", operation_id: "1", state: "here" }];
    expect(shownByRows([sent("1")], here, rows(after, [{ id: "a", state: "ready" }]))).toEqual([]);
  });
});
