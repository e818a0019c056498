/**
 * A small server in memory that keeps the promises of docs/sync.md, behind a network that keeps none:
 * it answers `fetch` as the real one does, and does to each request what the next fault says.
 */
import { createHash } from "node:crypto";
import type { Operation, PhotoRecord, PushResult } from "../../api/types";

/** What the network, or what stands in it, does to one request. */
export type Fault =
  | "none"
  /** It never arrives. */
  | "lost"
  /** It arrives and is done; the answer gets lost. */
  | "answer lost"
  /** The answer breaks off in the middle of its body. */
  | "answer cut"
  /** The connection breaks in the middle of what is sent. */
  | "half"
  /** It arrives twice. */
  | "twice"
  /** It seems lost, and arrives after later ones. */
  | "late"
  /** A captive portal's page, a proxy's, a cache's: none of them ours. */
  | "portal"
  /** Somebody in between who says what the phone would like to hear. */
  | "flatterer"
  | "proxy 502"
  | "proxy 413"
  | "another page of ours"
  /** Ours, but not now. */
  | "500"
  | "503"
  | "429"
  | "401"
  | "csrf"
  /** The session has become somebody else's. */
  | "another person"
  /** What it kept of photos that had not wholly arrived is gone. */
  | "beginnings cleaned"
  /** It takes only a piece of the rest of a photo. */
  | "a piece"
  /** Its answer about a photo is about another one. */
  | "another photo";

export const FAULTS: Fault[] = [
  ...(["none", "lost", "answer lost", "answer cut", "half", "twice", "late", "portal", "flatterer"] as const),
  ...(["proxy 502", "proxy 413", "another page of ours", "500", "503", "429", "401", "csrf"] as const),
  ...(["another person", "beginnings cleaned", "a piece", "another photo"] as const),
];

/** Words in a note that make the server act on an operation in a certain way. */
export const REFUSED_WORD = "not allowed";
export const POISON_WORD = "makes the server fail";

export interface Request {
  method: string;
  path: string;
  headers: Headers;
  body: Uint8Array;
}

interface Applied {
  personId: string;
  content: string;
}

interface StoredPhoto {
  personId: string;
  record: PhotoRecord;
  beginning: Uint8Array;
  whole: Uint8Array | null;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What makes two operations the same, as the server sees it: not the clock's offset. */
export function contentOf({ kind, made_at, payload }: Operation): string {
  return JSON.stringify({ kind, made_at, payload });
}

const MOST_BODY_BYTES = 4_000;

export class ModelServer {
  signedInAs = "";
  /** 1: a release ago, without HEAD and PATCH, and without amendments. */
  api = 2;
  poisonous = true;
  faults: Fault[] = [];
  /** Everything that was ever applied, in that order; twice the same would be here twice. */
  readonly order: string[] = [];
  readonly applied = new Map<string, Applied>();
  readonly refused = new Map<string, Applied>();
  readonly waiting = new Map<string, { personId: string; operation: Operation }>();
  readonly photos = new Map<string, StoredPhoto>();
  /** Ids that ever came in through a push, and those that came with two contents. */
  readonly seen = new Set<string>();
  readonly differing = new Set<string>();
  private readonly onTheWay: Request[] = [];

  /** One request through the network; rejects like `fetch` when nothing comes back. */
  async through(request: Request): Promise<Response> {
    const fault = this.faults.shift() ?? "none";
    const answer = this.meet(fault, request);
    if (fault !== "late") for (const old of this.onTheWay.splice(0)) this.handle(old);
    return answer;
  }

  private meet(fault: Fault, request: Request): Response {
    const gone = () => {
      throw new TypeError("Failed to fetch");
    };
    const { path } = request;
    switch (fault) {
      case "lost":
        return gone();
      case "answer lost":
        this.handle(request);
        return gone();
      case "half":
        if (path.startsWith("/api/photos/")) this.keepHalf(request);
        return gone();
      case "late":
        this.onTheWay.push(request);
        return gone();
      case "twice":
        this.handle(request);
        return this.handle(request);
      case "answer cut":
        return cut(this.handle(request));
      case "portal":
        return new Response("<h1>Free Wi-Fi</h1>", { status: 200, headers: { "Content-Type": "text/html" } });
      case "flatterer":
        return flattery(request);
      case "proxy 502":
        return new Response("<h1>Bad gateway</h1>", { status: 502 });
      case "proxy 413":
        return new Response("<h1>Too large</h1>", { status: 413 });
      case "another page of ours":
        return this.answer(200, { status: "ok" });
      case "500":
        return this.problem(500, "server_fault");
      case "503":
        return this.problem(503, "busy");
      case "429":
        return this.problem(429, "too_many_requests");
      case "401":
        return this.problem(401, "sign_in_needed");
      case "csrf":
        return request.method === "GET" ? this.handle(request) : this.problem(403, "csrf_failed");
      case "another person":
        this.signedInAs = this.signedInAs === "wendy" ? "omar" : "wendy";
        return this.handle(request);
      case "beginnings cleaned":
        for (const photo of this.photos.values()) photo.beginning = new Uint8Array(0);
        return this.handle(request);
      case "a piece":
        if (request.method !== "PATCH" || request.body.byteLength < 2) return this.handle(request);
        return this.handle({ ...request, body: request.body.slice(0, Math.floor(request.body.byteLength / 2)) });
      case "another photo":
        if (!path.startsWith("/api/photos/") || this.signedInAs === "") return this.handle(request);
        return this.answer(200, { id: "another", sha256: "00", size_bytes: 1, state: "received" }, ANOTHER);
      default:
        return this.handle(request);
    }
  }

  private headers(more: Record<string, string> = {}): Record<string, string> {
    const api: Record<string, string> = this.api > 1 ? { "X-Sightline-Api": String(this.api) } : {};
    return { "X-Sightline": "1", "X-Sightline-Time": String(Date.now()), ...api, ...more };
  }

  private answer(status: number, body: unknown, more: Record<string, string> = {}): Response {
    return new Response(body === null ? null : JSON.stringify(body), { status, headers: this.headers(more) });
  }

  private problem(status: number, code: string, more: Record<string, string> = {}): Response {
    return this.answer(status, { type: "about:blank", title: "No", status, code }, more);
  }

  private handle(request: Request): Response {
    const { method, path, headers } = request;
    if (path === "/api/session") {
      const body = this.signedInAs ? { signed_in: true, person: { id: this.signedInAs } } : { signed_in: false };
      return this.answer(200, body);
    }
    if (!this.signedInAs) return this.problem(401, "sign_in_needed");
    const whose = headers.get("X-Sightline-Person");
    if (whose !== null && whose !== this.signedInAs) return this.problem(401, "signed_in_as_another");
    if (path === "/api/sync/push") return this.push(request);
    const id = /^\/api\/photos\/(.+)$/.exec(path)?.[1] ?? "";
    if (method === "PUT") return this.put(id, request);
    if (this.api < 2) return this.problem(405, "method_not_allowed");
    if (method === "HEAD") return this.head(id);
    if (method === "PATCH") return this.patch(id, request);
    return this.problem(404, "not_found");
  }

  // ── operations ─────────────────────────────────────────────────────────────

  private push({ body }: Request): Response {
    if (body.byteLength > MOST_BODY_BYTES) return this.problem(413, "too_large");
    const { operations } = JSON.parse(new TextDecoder().decode(body)) as { operations: Operation[] };
    const results: PushResult[] = [];
    for (const operation of operations) {
      this.seen.add(operation.id);
      if (this.poisonous && noteIn(operation) === POISON_WORD) return this.problem(500, "server_fault");
      results.push(this.take(operation));
    }
    return this.answer(200, { server_time: new Date().toISOString(), results });
  }

  private take(operation: Operation): PushResult {
    const { id } = operation;
    const content = contentOf(operation);
    const result = (status: PushResult["status"], code: string | null = null): PushResult => ({
      ...{ id, status, code, detail: code, errors: [], received_at: new Date().toISOString() },
      subject: null,
    });
    const before = this.applied.get(id);
    if (before) {
      if (before.content === content && before.personId === this.signedInAs) return result("repeated");
      this.differing.add(id);
      return result("conflict", "operation_differs");
    }
    const kept = this.waiting.get(id);
    if (kept && contentOf(kept.operation) !== content) {
      this.differing.add(id);
      return result("conflict", "operation_differs");
    }
    if (this.api < 2 && operation.kind === "amend_defect") return result("rejected", "unknown_operation");
    if (noteIn(operation) === REFUSED_WORD) {
      this.refused.set(id, { personId: this.signedInAs, content });
      return result("rejected", "not_allowed");
    }
    if (operation.after !== null && !this.applied.has(operation.after)) {
      this.waiting.set(id, { personId: this.signedInAs, operation });
      return result("waiting");
    }
    this.apply(operation, this.signedInAs);
    return result("applied");
  }

  private apply(operation: Operation, personId: string): void {
    this.waiting.delete(operation.id);
    this.order.push(operation.id);
    this.applied.set(operation.id, { personId, content: contentOf(operation) });
    for (const record of (operation.payload as { photos?: PhotoRecord[] }).photos ?? []) {
      if (!this.photos.has(record.id)) {
        this.photos.set(record.id, { personId, record, beginning: new Uint8Array(0), whole: null });
      }
    }
    for (const child of [...this.waiting.values()]) {
      if (child.operation.after === operation.id) this.apply(child.operation, child.personId);
    }
  }

  // ── photos ─────────────────────────────────────────────────────────────────

  private known(id: string): StoredPhoto | Response {
    const photo = this.photos.get(id);
    if (!photo) return this.problem(404, "unknown_photo");
    return photo.personId === this.signedInAs ? photo : this.problem(403, "not_allowed");
  }

  private receipt(photo: StoredPhoto): Response {
    const stored = sha256(photo.whole ?? new Uint8Array(0));
    return this.answer(200, {
      id: photo.record.id,
      sha256: stored,
      size_bytes: photo.whole?.byteLength,
      state: "received",
    });
  }

  private whole(photo: StoredPhoto, bytes: Uint8Array): Response {
    photo.beginning = new Uint8Array(0);
    if (sha256(bytes) !== photo.record.sha256) return this.problem(422, "hash_mismatch");
    photo.whole ??= bytes;
    return this.receipt(photo);
  }

  private put(id: string, { body, headers }: Request): Response {
    const photo = this.known(id);
    if (photo instanceof Response) return photo;
    if (headers.get("X-Content-SHA256") !== photo.record.sha256) return this.problem(409, "photo_differs");
    return this.whole(photo, body.slice());
  }

  private patch(id: string, { body, headers }: Request): Response {
    const photo = this.known(id);
    if (photo instanceof Response) return photo;
    if (photo.whole) return this.receipt(photo);
    const kept = photo.beginning.byteLength;
    if (Number(headers.get("Upload-Offset")) !== kept) {
      return this.problem(409, "wrong_offset", { "Upload-Offset": String(kept) });
    }
    const bytes = joined(photo.beginning, body);
    if (bytes.byteLength >= photo.record.size_bytes) return this.whole(photo, bytes);
    photo.beginning = bytes;
    return this.answer(202, { id, offset: bytes.byteLength }, { "Upload-Offset": String(bytes.byteLength) });
  }

  private head(id: string): Response {
    const photo = this.photos.get(id);
    if (!photo) return new Response(null, { status: 404, headers: this.headers() });
    const { whole, beginning, record } = photo;
    const more: Record<string, string> = { "Upload-Offset": String(whole?.byteLength ?? beginning.byteLength) };
    more["Upload-Complete"] = whole ? "?1" : "?0";
    if (whole) more["X-Content-SHA256"] = record.sha256;
    return new Response(null, { status: 200, headers: this.headers(more) });
  }

  /** What arrived before the connection broke is kept as the beginning. */
  private keepHalf({ method, path, headers, body }: Request): void {
    const photo = this.photos.get(path.slice("/api/photos/".length));
    if (this.api < 2 || !photo || photo.whole || headers.get("X-Sightline-Person") !== photo.personId) return;
    if (this.signedInAs !== photo.personId) return;
    const half = body.slice(0, Math.floor(body.byteLength / 2));
    if (method === "PUT") photo.beginning = half;
    const goesOn = method === "PATCH" && Number(headers.get("Upload-Offset")) === photo.beginning.byteLength;
    if (goesOn) photo.beginning = joined(photo.beginning, half);
  }
}

const ANOTHER = { "Upload-Offset": "1", "Upload-Complete": "?1", "X-Content-SHA256": "00" };

/** All is well, says somebody who is not our server. */
function flattery({ path, headers, body }: Request): Response {
  const said =
    path === "/api/sync/push" ? (JSON.parse(new TextDecoder().decode(body)) as { operations: Operation[] }) : null;
  const results =
    said?.operations.map(({ id }) => ({ id, status: "applied", code: null, detail: null, errors: [] })) ?? [];
  const sha256 = headers.get("X-Content-SHA256");
  const person = { id: headers.get("X-Sightline-Person") };
  return new Response(JSON.stringify({ results, signed_in: true, person, id: path, sha256 }), { status: 200 });
}

function noteIn(operation: Operation): string {
  return (operation.payload as { note?: string }).note ?? "";
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.byteLength + second.byteLength);
  all.set(first);
  all.set(second, first.byteLength);
  return all;
}

/** The same answer with a body that breaks off. */
function cut(answer: Response): Response {
  if (answer.body === null) return answer;
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"resu'));
      controller.error(new TypeError("terminated"));
    },
  });
  return new Response(broken, { status: answer.status, headers: answer.headers });
}
