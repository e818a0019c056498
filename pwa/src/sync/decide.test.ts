import { describe, expect, it } from "vitest";
import type { Answer } from "../api/client";
import { retryAfterSeconds } from "../api/client";
import type { PushAnswer, PushResult } from "../api/types";
import type { OutboxItem } from "../storage/db";
import { afterPhotoAsked, afterPhotoSent, afterPush, backoffS, type PhotoAnswer } from "./decide";

const NOW = "2026-11-21T10:00:00Z";

function item(id: string): OutboxItem {
  return {
    id,
    person_id: "wendy",
    operation: {
      id,
      kind: "end_patrol",
      made_at: NOW,
      clock_offset_ms: 0,
      based_on: null,
      after: null,
      payload: { patrol_id: "p", ended_at: NOW },
    },
    state: "here",
    reason: null,
    code: null,
    tries: 0,
    tried_at: null,
    sent_at: null,
    received_at: null,
    number: null,
    saved_at: NOW,
  };
}

function result(id: string, more: Partial<PushResult>): PushResult {
  return { id, status: "applied", code: null, detail: null, errors: [], subject: null, ...more };
}

interface Told {
  headers?: Record<string, string>;
  api?: number;
}

function ok<T>(data: T, { headers = {}, api = 2 }: Told = {}): Answer<T> {
  return { kind: "ok", status: 200, data, etag: null, sentAt: 0, gotAt: 0, headers: new Headers(headers), api };
}

function problem(
  status: number,
  code: string,
  { retryAfterS = null, headers = {}, api = 2 }: Told & { retryAfterS?: number | null } = {},
): Answer<never> {
  const words = { type: "", title: "No", status, code };
  return { kind: "problem", status, retryAfterS, problem: words, headers: new Headers(headers), api };
}

function pushed(items: OutboxItem[], results: PushResult[]) {
  return afterPush(items, ok<PushAnswer>({ server_time: NOW, results }), NOW);
}

describe("what a push's answer means for what was sent", () => {
  it("keeps the number of what was applied, the first time or again", () => {
    const subject = { kind: "defect", id: "d", number: "D-7" };
    const next = pushed([item("1"), item("2")], [result("1", { subject }), result("2", { status: "repeated" })]);
    expect(next.changed.map((i) => [i.state, i.number])).toEqual([
      ["sent", "D-7"],
      ["sent", null],
    ]);
    expect(next.stop).toBeNull();
  });
  it("marks one bad item with its reason and lets the rest go on", () => {
    const bad = result("1", { status: "rejected", code: "unknown_category", detail: "No such category" });
    const next = pushed([item("1"), item("2")], [bad, result("2", {})]);
    expect(next.changed.map((i) => [i.state, i.reason])).toEqual([
      ["refused", "No such category"],
      ["sent", null],
    ]);
  });
  it("keeps a conflict for a person to look at, and a waiting one for later", () => {
    const next = pushed(
      [item("1"), item("2")],
      [result("1", { status: "conflict", detail: "Closed by somebody else" }), result("2", { status: "waiting" })],
    );
    expect(next.changed.map((i) => i.state)).toEqual(["conflict", "here"]);
  });
  it("leaves an item that the server said nothing about where it was", () => {
    expect(pushed([item("1")], []).changed).toEqual([]);
  });
});

describe("answers that say nothing about the items change none of them", () => {
  it.each<[string, Answer<PushAnswer>, string, number | null]>([
    ["nobody answered", { kind: "offline" }, "no_signal", null],
    ["a captive portal answered 200", { kind: "stranger", status: 200 }, "not_our_server", null],
    ["a proxy says that the server is away", { kind: "stranger", status: 502 }, "server_trouble", null],
    ["the sign-in has run out", problem(401, "sign_in_needed"), "sign_in", null],
    ["somebody else is signed in", problem(401, "signed_in_as_another"), "sign_in", null],
    ["the phone was locked from the desk", problem(401, "device_revoked"), "sign_in", null],
    ["the page's token is old", problem(403, "csrf_failed"), "sign_in", null],
    ["the server fell over", problem(500, "server_fault"), "server_trouble", null],
    ["it took the server too long", problem(408, "too_slow"), "server_trouble", null],
    ["the server is busy and says until when", problem(503, "busy", { retryAfterS: 40 }), "server_trouble", 40],
    ["there were too many", problem(429, "too_many_requests", { retryAfterS: 9 }), "server_trouble", 9],
    ["there is no such address", problem(404, "not_found"), "server_trouble", null],
  ])("%s", (_words, answer, hindrance, waitS) => {
    const next = afterPush([item("1"), item("2")], answer, NOW);
    expect(next).toMatchObject({ changed: [], stop: { hindrance, waitS }, isolate: false });
  });
});

describe("a push that is refused whole", () => {
  it("is tried again in halves, to find the one to blame", () => {
    const next = afterPush([item("1"), item("2")], problem(400, "unknown_field"), NOW);
    expect(next).toMatchObject({ isolate: true, changed: [], stop: null });
  });
  it.each([
    [403, "not_allowed"],
    [409, "changed_meanwhile"],
    [413, "too_large"],
    [422, "invalid"],
  ])("marks the only item there is: %i", (status, code) => {
    const next = afterPush([item("1")], problem(status, code), NOW);
    expect(next.changed[0]).toMatchObject({ state: "refused", code, reason: "No" });
    expect(next.stop).toBeNull();
  });
});

describe("a server that is older than the app", () => {
  const older = { state: "here", code: "server_older" };
  const unknown = result("1", { status: "rejected", code: "unknown_operation", detail: "Not known" });

  it("doesn't make anything refused by not knowing it: it is kept until the server is updated", () => {
    const answer = ok<PushAnswer>({ server_time: NOW, results: [unknown] }, { api: 0 });
    expect(afterPush([item("1")], answer, NOW).changed[0]).toMatchObject(older);
    expect(afterPush([item("1")], problem(404, "not_found", { api: 1 }), NOW).changed[0]).toMatchObject(older);
    expect(afterPush([item("1")], problem(400, "unknown_field", { api: 1 }), NOW).changed[0]).toMatchObject(older);
  });
  it("is not blamed for what a server of today doesn't know", () => {
    expect(pushed([item("1")], [unknown]).changed[0]).toMatchObject({ state: "refused", code: "unknown_operation" });
  });
});

describe("a photo's bytes", () => {
  const photo = { sha256: "aa", size_bytes: 300, offset: 0, reason: null };
  const receipt = (sha256: string) => ok<PhotoAnswer>({ id: "ph", sha256, size_bytes: 300, state: "received" });

  it("are freed when the server names the same SHA-256, and only then", () => {
    expect(afterPhotoSent(photo, receipt("aa"), 0)).toEqual({ do: "free" });
    expect(afterPhotoSent(photo, receipt("bb"), 0)).toMatchObject({ do: "wait" });
  });
  it("go on from where the server says that it has them", () => {
    const beginning = ok<PhotoAnswer>({ id: "ph", offset: 200 });
    expect(afterPhotoSent(photo, beginning, 100)).toEqual({ do: "send", offset: 200 });
    const elsewhere = problem(409, "wrong_offset", { headers: { "Upload-Offset": "50" } });
    expect(afterPhotoSent(photo, elsewhere, 100)).toEqual({ do: "send", offset: 50 });
  });
  it("don't go round in circles when the server gets no further", () => {
    expect(afterPhotoSent(photo, ok<PhotoAnswer>({ id: "ph", offset: 100 }), 100)).toMatchObject({ do: "wait" });
  });
  it("wait while the server doesn't know their record yet", () => {
    expect(afterPhotoSent(photo, problem(404, "unknown_photo"), 0)).toMatchObject({ do: "wait", unknown: true });
  });
  it("are looked at when something else arrived than was sent", () => {
    expect(afterPhotoSent(photo, problem(422, "hash_mismatch"), 0)).toEqual({ do: "check" });
  });
  it.each([
    [413, "photo_too_large"],
    [422, "broken_photo"],
    [403, "not_allowed"],
    [409, "photo_differs"],
  ])("stay, with the reason, when they are refused: %i", (status, code) => {
    expect(afterPhotoSent(photo, problem(status, code), 0)).toEqual({ do: "refuse", reason: "No" });
  });
  it("go whole to an older server, which can't take the rest of a photo", () => {
    expect(afterPhotoSent(photo, problem(405, "method_not_allowed"), 100)).toEqual({ do: "send", offset: 0 });
  });
  it("stay when nobody answers", () => {
    expect(afterPhotoSent(photo, { kind: "offline" }, 0)).toMatchObject({
      do: "stop",
      stop: { hindrance: "no_signal" },
    });
  });
});

describe("asking how much of a photo the server has", () => {
  const photo = { sha256: "aa", size_bytes: 300, offset: 0, reason: null };
  const has = (headers: Record<string, string>) => afterPhotoAsked(photo, ok(null, { headers }));

  it("goes on behind what it has", () => {
    expect(has({ "Upload-Offset": "120", "Upload-Complete": "?0" })).toEqual({ do: "send", offset: 120 });
  });
  it("frees what it has whole, and sends anew what it has differently", () => {
    const whole = { "Upload-Offset": "300", "Upload-Complete": "?1" };
    expect(has({ ...whole, "X-Content-SHA256": "aa" })).toEqual({ do: "free" });
    expect(has({ ...whole, "X-Content-SHA256": "bb" })).toEqual({ do: "send", offset: 0 });
  });
  it("begins anew when it has lost it, or claims more than there is", () => {
    expect(has({ "Upload-Offset": "0", "Upload-Complete": "?0" })).toEqual({ do: "send", offset: 0 });
    expect(has({ "Upload-Offset": "900", "Upload-Complete": "?0" })).toEqual({ do: "send", offset: 0 });
    expect(has({})).toEqual({ do: "send", offset: 0 });
  });
  it("waits when it doesn't know the record, and simply sends to an older server", () => {
    expect(afterPhotoAsked(photo, problem(404, "http_404"))).toMatchObject({ do: "wait", unknown: true });
    expect(afterPhotoAsked(photo, problem(405, "http_405", { api: 0 }))).toEqual({ do: "send", offset: 0 });
  });
});

describe("waiting between tries", () => {
  it("doubles up to two minutes, with jitter of a half either way", () => {
    expect([1, 2, 3, 20].map((n) => backoffS(n, 0.5))).toEqual([2, 4, 8, 120]);
    expect([backoffS(1, 0), backoffS(1, 1)]).toEqual([1, 3]);
  });
  it("reads Retry-After in seconds and as a date", () => {
    const now = Date.parse(NOW);
    expect(retryAfterSeconds("12", now)).toBe(12);
    expect(retryAfterSeconds("Sat, 21 Nov 2026 10:00:30 GMT", now)).toBe(30);
    expect(retryAfterSeconds("soon", now)).toBeNull();
    expect(retryAfterSeconds(null, now)).toBeNull();
  });
});
