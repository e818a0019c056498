import { describe, expect, it } from "vitest";
import type { Answer } from "../api/client";
import { retryAfterSeconds } from "../api/client";
import type { PushAnswer, PushResult } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { afterPhoto, afterPush, backoffS, type PhotoReceipt } from "./decide";

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

function ok<T>(data: T): Answer<T> {
  return { kind: "ok", status: 200, data, etag: null, sentAt: 0, gotAt: 0 };
}

function problem(status: number, code: string, retryAfterS: number | null = null): Answer<never> {
  return { kind: "problem", status, retryAfterS, problem: { type: "", title: "No", status, code } };
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
    expect(next.hindrance).toBeNull();
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
    ["the sign-in has run out", problem(401, "sign_in_needed"), "sign_in", null],
    ["the page's token is old", problem(403, "csrf_failed"), "sign_in", null],
    ["the server fell over", problem(500, "server_fault"), "server_trouble", null],
    ["the server is busy and says until when", problem(503, "busy", 40), "server_trouble", 40],
    ["there were too many", problem(429, "too_many_requests", 9), "server_trouble", 9],
  ])("%s", (_words, answer, hindrance, waitS) => {
    const next = afterPush([item("1"), item("2")], answer, NOW);
    expect(next).toEqual({ changed: [], hindrance, waitS, isolate: false });
  });
  it("takes an ok without results for a stranger's", () => {
    expect(afterPush([item("1")], ok({} as PushAnswer), NOW).hindrance).toBe("not_our_server");
  });
});

describe("a push that is refused whole", () => {
  it("is tried again one by one, to find the one to blame", () => {
    const next = afterPush([item("1"), item("2")], problem(400, "unknown_field"), NOW);
    expect(next).toMatchObject({ isolate: true, changed: [], hindrance: null });
  });
  it("marks the only item there is", () => {
    const next = afterPush([item("1")], problem(413, "too_large"), NOW);
    expect(next.changed[0]).toMatchObject({ state: "refused", code: "too_large", reason: "No" });
  });
});

describe("a photo's bytes", () => {
  const photo: LocalPhoto = {
    id: "ph",
    sha256: "aa",
    size_bytes: 3,
    content_type: "image/jpeg",
    taken_at: NOW,
    operation_id: "1",
    person_id: "wendy",
    state: "here",
    reason: null,
    tries: 0,
    offset: 0,
    has_bytes: true,
    has_preview: false,
    sent_at: null,
  };
  const receipt = (sha256: string) => ok<PhotoReceipt>({ id: "ph", sha256, size_bytes: 3, state: "received" });

  it("are freed when the server names the same SHA-256", () => {
    expect(afterPhoto(photo, receipt("aa")).changed[0]).toMatchObject({ state: "sent", has_bytes: false });
  });
  it("stay when it names another", () => {
    const [kept] = afterPhoto(photo, receipt("bb")).changed;
    expect(kept?.state).toBe("here");
    expect(kept?.has_bytes).toBe(true);
  });
  it("wait while the server doesn't know their record yet", () => {
    expect(afterPhoto(photo, problem(404, "unknown_photo")).changed[0]).toMatchObject({ state: "here", tries: 1 });
  });
  it("stay, with the reason, when they are refused", () => {
    const [kept] = afterPhoto(photo, problem(422, "broken_photo")).changed;
    expect(kept).toMatchObject({ state: "refused", reason: "No" });
    expect(kept?.has_bytes).toBe(true);
  });
  it("stay when nobody answers", () => {
    expect(afterPhoto(photo, { kind: "offline" })).toMatchObject({ changed: [], hindrance: "no_signal" });
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
