/** What the sender does step by step, told one story at a time; the random ones are in sending.test.ts. */
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closeDatabase } from "../../storage/db";
import { allItems, allPhotos, photoBytes } from "../../storage/outbox";
import { newMemory } from "../sending";
import { Phone } from "./phone";
import { ModelServer, POISON_WORD, REFUSED_WORD, type Request, sha256 } from "./server";

class Watched extends ModelServer {
  readonly requests: Request[] = [];
  override async through(request: Request): Promise<Response> {
    this.requests.push(request);
    return super.through(request);
  }
  of(method: string): Request[] {
    return this.requests.filter((request) => request.method === method);
  }
}

let server: Watched;
let phone: Phone;
const fetchBefore = globalThis.fetch;

beforeEach(async () => {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
  server = new Watched();
  server.signedInAs = "wendy";
  phone = new Phone(server);
  globalThis.fetch = phone.fetch as typeof fetch;
});
afterEach(() => {
  globalThis.fetch = fetchBefore;
  vi.useRealTimers();
});

async function saveMany(count: number, sizes: number[] = []): Promise<void> {
  for (let index = 0; index < count; index += 1) await phone.save("wendy", `Report ${index}`, sizes, null);
}

/** The person opens the app anew. */
function open(): void {
  phone.memory = newMemory();
}

async function states(): Promise<string[]> {
  return (await allItems()).map((item) => item.state);
}

describe("before anything has left the phone", () => {
  it("marks nothing as tried until the server was heard, so that it can still be changed", async () => {
    await phone.save("wendy", "First words", [], null);
    for (const fault of ["lost", "portal", "flatterer", "proxy 502", "503", "401"] as const) {
      server.faults = [fault, fault, fault];
      await phone.run("wendy");
    }
    expect((await allItems())[0]?.tried_at).toBeNull();
    expect(server.seen.size).toBe(0);
    await phone.edit(0, "Better words");
    server.faults = [];
    await phone.run("wendy");
    expect([...server.applied.values()][0]?.content).toContain("Better words");
  });
  it("asks who is signed in again after a failure, and not while the server answers", async () => {
    await saveMany(1);
    await phone.run("wendy");
    await saveMany(1);
    await phone.run("wendy");
    expect(server.of("GET")).toHaveLength(1);
    server.faults = ["lost"];
    await saveMany(1);
    await phone.run("wendy");
    await phone.run("wendy");
    expect(server.of("GET")).toHaveLength(2);
  });
  it("sends nothing of one person while another is signed in", async () => {
    await phone.save("omar", "Mine", [300], null);
    const outcome = await phone.run("omar");
    expect(outcome?.stop?.hindrance).toBe("sign_in");
    expect(server.of("POST")).toEqual([]);
  });
});

describe("one bad thing among many", () => {
  it("is found by halves, and the others are there after one run", async () => {
    await saveMany(20);
    await phone.save("wendy", "z".repeat(5_000), [], null);
    await saveMany(19);
    await phone.run("wendy");
    expect((await states()).filter((state) => state === "sent")).toHaveLength(39);
    expect((await allItems()).find((item) => item.state === "refused")?.code).toBe("too_large");
    expect(server.of("POST").length).toBeLessThan(25);
  });
  it("that the server fails on delays nobody, and goes once the server is mended", async () => {
    await saveMany(3);
    await phone.save("wendy", POISON_WORD, [], null);
    await saveMany(3);
    for (let run = 0; run < 3; run += 1) await phone.run("wendy");
    expect(await states()).toEqual(["sent", "sent", "sent", "here", "sent", "sent", "sent"]);
    expect((await allItems())[3]).toMatchObject({ code: "server_fault" });
    server.poisonous = false;
    await phone.run("wendy");
    expect((await states()).filter((state) => state !== "sent")).toEqual([]);
  });
  it("that is refused stays with its photo, and its reason", async () => {
    await phone.save("wendy", REFUSED_WORD, [300], null);
    await phone.run("wendy");
    expect((await allItems())[0]).toMatchObject({ state: "refused", code: "not_allowed" });
    expect((await allPhotos())[0]).toMatchObject({ state: "here", has_bytes: true });
    expect(server.of("PUT")).toEqual([]);
  });
});

describe("a photo whose connection broke", () => {
  it("goes on from where it broke: its bytes travel once", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "half"];
    await phone.run("wendy");
    await phone.run("wendy");
    expect(server.of("PATCH").map(({ headers, body }) => [headers.get("Upload-Offset"), body.byteLength])).toEqual([
      ["400", 400],
    ]);
    expect((await allPhotos())[0]).toMatchObject({ state: "sent", has_bytes: false });
  });
  it("goes on in pieces where the server takes only pieces", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "half", "none", "none", "a piece", "a piece"];
    await phone.run("wendy");
    await phone.run("wendy");
    expect(server.of("PATCH").map(({ headers }) => headers.get("Upload-Offset"))).toEqual(["400", "600", "700"]);
    expect((await allPhotos())[0]?.state).toBe("sent");
  });
  it("goes on from where the server says when that is somewhere else", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "half", "none", "none", "beginnings cleaned"];
    await phone.run("wendy");
    await phone.run("wendy");
    expect(server.requests.slice(-2).map(({ method }) => method)).toEqual(["PATCH", "PUT"]);
    expect((await allPhotos())[0]?.state).toBe("sent");
  });
  it("is not sent again when only the receipt was lost", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "answer lost"];
    await phone.run("wendy");
    await phone.run("wendy");
    expect(server.of("PUT")).toHaveLength(1);
    expect(server.of("HEAD")).toHaveLength(1);
    expect((await allPhotos())[0]).toMatchObject({ state: "sent", has_bytes: false });
  });
  it("keeps its bytes when the receipt is for another one", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "another photo"];
    await phone.run("wendy");
    const [photo] = await allPhotos();
    expect(photo).toMatchObject({ state: "here", has_bytes: true });
    expect(await photoBytes(photo?.id ?? "")).not.toBeNull();
  });
});

describe("a server that has changed", () => {
  it("that was put back gets the record again whose photo it no longer knows", async () => {
    await phone.save("wendy", "One photo", [800], null);
    server.faults = ["none", "none", "half"];
    await phone.run("wendy");
    server.applied.clear();
    server.photos.clear();
    server.order.length = 0;
    open();
    await phone.run("wendy");
    open();
    await phone.run("wendy");
    expect(server.order).toHaveLength(1);
    expect([...server.photos.values()][0]?.whole?.byteLength).toBe(800);
    expect((await allPhotos())[0]?.state).toBe("sent");
  });
  it("that is too old is not asked at every turn, and gets everything after its update", async () => {
    server.api = 1;
    await saveMany(1);
    await phone.save("wendy", "More words", [], 0);
    expect((await allItems())[1]?.operation.kind).toBe("amend_defect");
    await phone.run("wendy");
    open();
    await phone.run("wendy");
    const asked = server.of("POST").length;
    await phone.run("wendy");
    expect(server.of("POST")).toHaveLength(asked);
    expect((await allItems())[1]).toMatchObject({ state: "here", code: "server_older" });
    server.api = 2;
    open();
    await phone.run("wendy");
    expect(await states()).toEqual(["sent", "sent"]);
  });
});

describe("a phone that was last opened with the release before", () => {
  it("sends what it has kept, though its store had another shape", async () => {
    const bytes = Uint8Array.from({ length: 600 }, (_, index) => index % 251);
    const record = {
      id: "photo",
      sha256: sha256(bytes),
      size_bytes: 600,
      content_type: "image/jpeg",
      taken_at: "then",
    };
    const payload = { defect_id: "d", note: "From before", photos: [record] };
    const made = { id: "old", made_at: "2026-11-20T09:00:00.000Z", clock_offset_ms: 0, based_on: null, after: null };
    const state = { state: "here", reason: null, tries: 0 };
    await keptBefore(
      {
        ...state,
        id: "old",
        person_id: "wendy",
        code: null,
        sent_at: null,
        number: null,
        operation: { ...made, kind: "confirm_defect", payload },
      },
      { ...state, ...record, operation_id: "old", person_id: "wendy", bytes: bytes.buffer.slice(0), preview: null },
    );
    await phone.run("wendy");
    expect(server.order).toEqual(["old"]);
    expect(sha256(server.photos.get("photo")?.whole ?? new Uint8Array(0))).toBe(record.sha256);
    expect((await allPhotos())[0]).toMatchObject({ state: "sent", has_bytes: false });
  });
});

/** The store as version 1 made it, with one record and its photo in it. */
async function keptBefore(item: object, photo: object): Promise<void> {
  const opening = indexedDB.open("sightline", 1);
  const db = await new Promise<IDBDatabase>((resolve) => {
    opening.onupgradeneeded = () => {
      for (const name of ["operations", "photos", "defects", "jobs"]) {
        opening.result.createObjectStore(name, { keyPath: "id" });
      }
      opening.result.createObjectStore("habits", { keyPath: "person_id" });
      opening.result.createObjectStore("meta");
      opening.transaction?.objectStore("photos").createIndex("operation", "operation_id");
    };
    opening.onsuccess = () => resolve(opening.result);
  });
  const tx = db.transaction(["operations", "photos"], "readwrite");
  tx.objectStore("operations").add(item);
  tx.objectStore("photos").add(photo);
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  db.close();
}

describe("while photos are on their way", () => {
  it("a record that is saved meanwhile doesn't wait for them", async () => {
    await phone.save("wendy", "Many photos", [700, 700, 700, 700, 700, 700], null);
    const meanwhile = [{ step: 9, act: () => phone.save("wendy", "Just now", [], null) }];
    await phone.run("wendy", { meanwhile });
    const order = server.requests.map(({ method }) => method);
    expect(order.lastIndexOf("POST")).toBeLessThan(order.lastIndexOf("PUT"));
    expect(await states()).toEqual(["sent", "sent"]);
  });
  it("never holds more than three of them in memory", async () => {
    let held = 0;
    let most = 0;
    const fetchOf = globalThis.fetch;
    globalThis.fetch = async (path, init) => {
      if (init?.method !== "PUT") return fetchOf(path, init);
      held += 1;
      most = Math.max(most, held);
      await new Promise((resolve) => setTimeout(resolve, 1));
      held -= 1;
      return fetchOf(path, init);
    };
    await phone.save("wendy", "Many photos", [700, 700, 700, 700, 700, 700, 700, 700], null);
    await phone.run("wendy");
    expect(most).toBe(3);
    expect((await allPhotos()).every((photo) => photo.state === "sent")).toBe(true);
  });
});
