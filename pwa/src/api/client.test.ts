import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask, type Heard, nameDevice, onHeard } from "./client";
import { isPushAnswer } from "./shapes";

const OURS = { "X-Sightline": "1", "X-Sightline-Time": "1700000000000", "X-Sightline-Api": "2" };
const PUSHED = { server_time: "now", results: [{ id: "1", status: "applied" }] };

let asked: RequestInit[] = [];
let heard: Heard[] = [];
let stopListening = () => {};
const fetchBefore = globalThis.fetch;

beforeEach(() => {
  asked = [];
  heard = [];
  stopListening = onHeard((one) => heard.push(one));
});
afterEach(() => {
  stopListening();
  globalThis.fetch = fetchBefore;
});

function answers(body: BodyInit | null, init: ResponseInit): void {
  globalThis.fetch = (async (_path: string, how: RequestInit) => {
    asked.push(how);
    return new Response(body, init);
  }) as typeof fetch;
}

function broken(): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"results": [{"id'));
      controller.error(new TypeError("terminated"));
    },
  });
}

const push = () => ask("/api/sync/push", { method: "POST", json: {}, shape: isPushAnswer });

describe("an answer counts as ours", () => {
  it("with our header and a body of the promised shape", async () => {
    answers(JSON.stringify(PUSHED), { status: 200, headers: OURS });
    expect(await push()).toMatchObject({ kind: "ok", data: PUSHED, api: 2 });
  });
  it.each<[string, BodyInit, ResponseInit, string]>([
    ["a portal's page", "<h1>Free Wi-Fi</h1>", { status: 200 }, "stranger"],
    ["a portal that says what we would", JSON.stringify(PUSHED), { status: 200 }, "stranger"],
    ["a redirect to a login page", "", { status: 302, headers: { Location: "/login" } }, "stranger"],
    ["a proxy's 502", "<h1>Bad gateway</h1>", { status: 502 }, "stranger"],
    ["a body cut short", broken(), { status: 200, headers: OURS }, "offline"],
    ["half a body that claims to be whole", '{"results": [{"id', { status: 200, headers: OURS }, "offline"],
    ["a refusal cut short", '{"code": "too_l', { status: 413, headers: OURS }, "offline"],
    ["a refusal that gives no reason", "{}", { status: 413, headers: OURS }, "offline"],
    ["another page of ours", '{"status": "ok"}', { status: 200, headers: OURS }, "stranger"],
  ])("not: %s", async (_words, body, init, kind) => {
    answers(body, init);
    expect((await push()).kind).toBe(kind);
    expect(heard).toEqual([]);
  });
  it("as silence when nobody answers", async () => {
    globalThis.fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    expect(await push()).toEqual({ kind: "offline" });
  });
});

describe("every answer of ours tells the time", () => {
  it.each<[string, number, string | null]>([
    ["one that did it", 200, null],
    ["one that says that nothing changed", 304, null],
    ["a refusal", 409, "changed_meanwhile"],
    ["a failure", 500, "server_fault"],
  ])("%s", async (_words, status, code) => {
    const body = status === 304 ? null : JSON.stringify(code ? { code, title: "No" } : PUSHED);
    answers(body, { status, headers: OURS });
    await push();
    expect(heard).toMatchObject([{ server_ms: 1_700_000_000_000, server_within_ms: 0, api: 2, code }]);
  });
  it("to the second where an older server has only its Date", async () => {
    answers(null, { status: 304, headers: { "X-Sightline": "1", Date: "Tue, 14 Nov 2023 22:13:20 GMT" } });
    await push();
    expect(heard).toMatchObject([{ server_ms: 1_700_000_000_500, server_within_ms: 500, api: 0 }]);
  });
});

describe("a request", () => {
  it("names the phone, and the person whose work it is", async () => {
    answers(null, { status: 404, headers: OURS });
    nameDevice("this-phone");
    const answer = await ask("/api/photos/1", { method: "HEAD", person: "wendy" });
    expect(new Headers(asked[0]?.headers).get("X-Sightline-Device")).toBe("this-phone");
    expect(new Headers(asked[0]?.headers).get("X-Sightline-Person")).toBe("wendy");
    expect(asked[0]).toMatchObject({ redirect: "manual", cache: "no-store", credentials: "same-origin" });
    expect(answer).toMatchObject({ kind: "problem", status: 404, problem: { code: "http_404" } });
    nameDevice("");
  });
});
