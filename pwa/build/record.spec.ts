/**
 * Records what this release's app sends: one day of a warden and of a crew, by the app's own code,
 * against a server that says yes. `npm run record` writes it to tests/sync/recorded/<release>/, where
 * later servers have to understand it for ever (docs/sync.md tells when to run it).
 */
import "fake-indexeddb/auto";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IDBFactory } from "fake-indexeddb";
import { expect, test, vi } from "vitest";
import type { NewPhoto } from "../src/sync";

interface Recorded {
  phone: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  json: unknown;
  body_base64: string | null;
}

// What the replay puts its own in the place of.
const JOB = "00000000-0000-4000-8000-0000000000a1";
const OTHER_JOB = "00000000-0000-4000-8000-0000000000a2";
const JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAMABADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCjRRRXIewf/9k=",
  "base64",
);
const requests: Recorded[] = [];
const day = { phone: "warden" };
const place = { longitude: -0.9, latitude: 52.24, accuracy_m: 6, source: "gps" as const };

function photo(): NewPhoto {
  // Bytes behind the picture's end make each one another file.
  const bytes = Buffer.concat([JPEG, Buffer.from(crypto.randomUUID())]);
  return {
    id: crypto.randomUUID(),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size_bytes: bytes.length,
    content_type: "image/jpeg",
    taken_at: new Date().toISOString(),
    place: { ...place, fix_at: new Date().toISOString() },
    bytes: new Uint8Array(bytes).buffer,
    preview: null,
  };
}

function answerTo(method: string, path: string, json: unknown, body: Uint8Array | null): [number, unknown] {
  const server_time = new Date().toISOString();
  const id = "00000000-0000-4000-8000-0000000000b1";
  const organisation = { id, name: "Council", short_name: "Council", kind: "council_service" };
  const role = day.phone;
  const person = { id, name: "N", username: role, role, organisation, team: null, home: "today" };
  if (path === "/api/session") return [200, { signed_in: method === "POST", person, server_time }];
  if (path === "/api/sync/push") {
    const operations = (json as { operations: { id: string }[] }).operations;
    const plain = { status: "applied", code: null, detail: null, errors: [], subject: null, received_at: server_time };
    return [200, { server_time, results: operations.map((operation) => ({ id: operation.id, ...plain })) }];
  }
  if (path.startsWith("/api/sync/changes")) {
    const nothing = { defects: [], jobs: [], gone: { defects: [], jobs: [] } };
    return [200, { cursor: "a.1.0.b", more: false, reset: !path.includes("cursor="), server_time, ...nothing }];
  }
  if (path.startsWith("/api/photos/")) {
    const sha256 = createHash("sha256")
      .update(body ?? new Uint8Array())
      .digest("hex");
    return [201, { id: path.split("/")[3], sha256, size_bytes: body?.length ?? 0, state: "received" }];
  }
  if (path.startsWith("/api/news")) return [200, { unread: 0, results: [] }];
  return [200, { version: "1", categories: [], streets: [], areas: [] }];
}

async function server(input: string | URL | Request, how: RequestInit = {}): Promise<Response> {
  const path = String(input);
  const method = how.method ?? "GET";
  const json = typeof how.body === "string" ? JSON.parse(how.body) : null;
  const sent = how.body && typeof how.body !== "string" ? await new Response(how.body).arrayBuffer() : null;
  const body = sent && new Uint8Array(sent);
  const headers = Object.fromEntries(new Headers(how.headers));
  const body_base64 = body && Buffer.from(body).toString("base64");
  requests.push({ phone: day.phone, method, path, headers, json, body_base64 });
  const [status, data] = answerTo(method, path, json, body);
  const told = { "X-Sightline": "1", "X-Sightline-Api": "99", "X-Sightline-Time": String(Date.now()) };
  if (method === "DELETE") return new Response(null, { status: 204, headers: told });
  return new Response(JSON.stringify(data), { status, headers: { ...told, "Content-Type": "application/json" } });
}

/** A phone of its own: an empty database, a fresh copy of the app, somebody who signs in. */
async function phoneOf(name: string) {
  day.phone = name;
  vi.resetModules();
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("fetch", server);
  vi.stubGlobal("document", { cookie: "csrftoken=recorded", visibilityState: "visible", addEventListener: () => {} });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("sessionStorage", {});
  vi.stubGlobal("navigator", { onLine: true, userAgent: "recorder" });
  const app = await import("../src/sync");
  await app.startSync();
  expect(await app.signIn(name, "a-fine-long-password")).toBeNull();
  app.afterSignIn();
  return app;
}

const now = () => new Date().toISOString();

type App = Awaited<ReturnType<typeof phoneOf>>;

/** Everything is sent, its photos too; the server was asked what is new, and told good-bye. */
async function endOf(app: App): Promise<void> {
  const asked = () => requests.filter((request) => request.path.startsWith("/api/sync/changes")).length;
  await vi.waitUntil(() => app.syncState.value.waiting + app.syncState.value.photos_waiting === 0, { timeout: 60_000 });
  const before = asked();
  await vi.waitUntil(() => asked() > before, { timeout: 60_000 });
  await app.signOut();
}

test("what this release sends is written down", { timeout: 300_000 }, async () => {
  const warden = await phoneOf("warden");
  const patrol_id = crypto.randomUUID();
  const defect_id = crypto.randomUUID();
  const other = crypto.randomUUID();
  const report = { category: "FN-DAM", severity: 3 as const, place, people_in_photo: false, observed_at: now() };
  await warden.perform("start_patrol", { patrol_id, kind: "patrol", started_at: now(), area_id: null });
  const words = { note: "Two panels out", street_text: "Mere Road", patrol_id, fly_tipping: null };
  await warden.perform("raise_defect", { defect_id, ...report, ...words }, [photo(), photo()]);
  await warden.perform("raise_defect", { defect_id: other, ...report, ...words, patrol_id: null }, [photo()]);
  await warden.perform("confirm_defect", { defect_id, observed_at: now(), note: "worse" }, [photo()]);
  await warden.perform("end_patrol", { patrol_id, ended_at: now() });
  await endOf(warden);

  const crew = await phoneOf("crew");
  const seen = { basedOn: 1 };
  await crew.perform("accept_job", { job_id: JOB, at: now() }, [], seen);
  await crew.perform("start_job", { job_id: JOB, at: now() }, [], seen);
  await crew.perform("pause_job", { job_id: JOB, at: now(), reason: "no_access", note: "Locked" }, [photo()], seen);
  await crew.perform("resume_job", { job_id: JOB, at: now() }, [], seen);
  await crew.perform("close_job", { job_id: JOB, at: now(), note: "Mended", place }, [photo()], seen);
  const back = { job_id: OTHER_JOB, at: now(), reason: "not_ours", note: "" };
  await crew.perform("return_job", back, [photo()], seen);
  const needles = {
    sighting_id: crypto.randomUUID(),
    to: "wardens" as const,
    kind: "needles" as const,
    place,
    at: now(),
  };
  const seenThere = { ...needles, note: "By the bins", street_text: "Mere Road", job_id: JOB };
  await crew.perform("report_back", seenThere, [photo()]);
  await endOf(crew);

  const again = await phoneOf("warden");
  await again.perform("verify_defect", { defect_id, at: now(), note: "" }, []);
  await again.perform("dispute_defect", { defect_id, at: now(), note: "Loose again" }, [photo()]);
  await endOf(again);
  keep();
});

function keep(): void {
  const release = process.env.RELEASE ?? "";
  expect(release, "RELEASE=1.2.3 npm run record").toMatch(/^[0-9.]+$/);
  const folder = join(process.env.RECORD_TO ?? "../tests/sync/recorded", release);
  mkdirSync(folder, { recursive: true });
  const told = { release, recorded_at: now(), job: JOB, other_job: OTHER_JOB, requests };
  writeFileSync(join(folder, "requests.json"), `${JSON.stringify(told, null, 1)}\n`);
  writeFileSync(join(folder, "answers.json"), `${JSON.stringify(answers(), null, 1)}\n`);
}

/** The description of what this release reads, cut out of the API's. */
function answers(): Record<string, unknown> {
  const schemas: Record<string, unknown> = JSON.parse(readFileSync("src/api/schema.json", "utf8")).components.schemas;
  const kept: Record<string, unknown> = {};
  const take = (name: string): void => {
    if (name in kept) return;
    kept[name] = schemas[name];
    for (const [, found] of JSON.stringify(schemas[name]).matchAll(/#\/components\/schemas\/(\w+)/g)) take(found ?? "");
  };
  for (const name of ["SessionOut", "PushOut", "ChangesOut", "PhotoReceiptOut", "NewsOut"]) take(name);
  return kept;
}
