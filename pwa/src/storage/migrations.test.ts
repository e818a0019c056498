import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { allAudits, allChecklists } from "./audits";
import { item, photo } from "./cast";
import { closeDatabase, getMeta, StorageFull, StoreTooNew, StoreUnavailable, setMeta } from "./db";
import { loadDraft } from "./drafts";
import { arm, disarm, FAULTS, type Fault, watchRequests } from "./faults";
import { FILLED, fillVersion1, openVersion1 } from "./fixtures/version-1";
import { FILLED_TWO, fillVersion2, META_TWO, openVersion2, STORES_OF_TWO } from "./fixtures/version-2";
import { VERSION } from "./migrations";
import { allItems, allPhotos, amend, counts, keep, photoBytes, previewOf, undo } from "./outbox";
import { allRows, habitsOf } from "./rows";

beforeAll(watchRequests);
beforeEach(async () => {
  disarm();
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => void vi.useRealTimers());

/** Everything that a version-1 phone held, asked for through today's store. */
async function expectNothingLost(): Promise<void> {
  const items = await allItems();
  expect(items).toHaveLength(FILLED.operations.length);
  for (const before of FILLED.operations) expect(items.find((one) => one.id === before.id)).toMatchObject(before);
  const photos = await allPhotos();
  expect(photos).toHaveLength(FILLED.photos.length);
  for (const { bytes, preview, ...before } of FILLED.photos) {
    const after = photos.find((one) => one.id === before.id);
    expect(after).toMatchObject({ ...before, offset: 0, has_bytes: bytes !== null, has_preview: preview !== null });
    expect(await photoBytes(before.id)).toEqual(bytes);
    expect(await previewOf(before.id)).toEqual(preview);
  }
  expect(await allRows()).toEqual({ defects: FILLED.defects, jobs: FILLED.jobs });
  expect(await habitsOf("wendy")).toEqual(FILLED.habits[0]);
  for (const [name, value] of Object.entries(FILLED.meta)) expect(await getMeta(name as "cursor")).toEqual(value);
}

/** The same, as the first version would find it. */
async function expectVersion1Whole(): Promise<void> {
  const database = await openVersion1();
  expect(database.version).toBe(1);
  expect([...database.objectStoreNames].sort()).toEqual(["defects", "habits", "jobs", "meta", "operations", "photos"]);
  for (const store of ["operations", "photos", "defects", "jobs", "habits"] as const) {
    expect(await database.getAll(store)).toEqual(FILLED[store]);
  }
  database.close();
}

describe("a phone of the first version", () => {
  it("loses nothing, byte for byte", async () => {
    await fillVersion1();
    await expectNothingLost();
  });
  it("keeps no picture in the photos' rows any more", async () => {
    await fillVersion1();
    await allItems();
    await closeDatabase();
    const database = await openDB("sightline");
    expect(database.version).toBe(VERSION);
    expect(await database.count("photos_of_1")).toBe(0);
    for (const row of await database.getAll("photos")) {
      expect(Object.values(row).some((value) => value instanceof ArrayBuffer)).toBe(false);
    }
    expect(await database.count("photo_bytes")).toBe(FILLED.photos.filter((one) => one.bytes).length);
    database.close();
  });
  it("changes nothing that it may have sent already", async () => {
    await fillVersion1();
    expect(await amend("0193-1", (now) => ({ item: now }))).toBe(false);
    expect(await undo("0193-1")).toBe(false);
    await expectNothingLost();
  });
  it("can count by person, and goes on as a new one", async () => {
    await fillVersion1();
    expect(await counts("wendy")).toMatchObject({ here: 1, refused: 1, photos_here: 3, photos_refused: 1 });
    await keep(item("0194-1"), [photo("new", "0194-1")]);
    expect(await undo("0194-1")).toBe(true);
    await expectNothingLost();
  });
});

/** What a version-2 phone held, row by row, in a store of any version. */
async function expectRowsOfTwo(database: Awaited<ReturnType<typeof openVersion2>>): Promise<void> {
  for (const [store, rows] of Object.entries(FILLED_TWO)) expect(await database.getAll(store), store).toEqual(rows);
  for (const [name, value] of Object.entries(META_TWO)) expect(await database.get("meta", name)).toEqual(value);
}

describe("a phone of the second version", () => {
  it("loses nothing, byte for byte, and has a place for audits", async () => {
    await fillVersion2();
    expect(await allItems()).toHaveLength(FILLED_TWO.operations.length);
    expect(await allAudits()).toEqual([]);
    expect(await allChecklists()).toEqual([]);
    await closeDatabase();
    const database = await openDB("sightline");
    expect(database.version).toBe(VERSION);
    await expectRowsOfTwo(database);
    database.close();
  });
  it("goes on as a new one: what was not sent can be changed, what was tried can't", async () => {
    await fillVersion2();
    expect(await undo("0195-1")).toBe(true);
    expect(await undo("0195-2")).toBe(false);
    expect(await loadDraft("wendy")).toEqual({ note: "half" });
    expect((await allItems()).map((one) => one.id)).toEqual(["0195-2", "0195-3", "0195-4"]);
  });
  it("stays whole where the upgrade is broken off, and is upgraded the next time", async () => {
    await fillVersion2();
    const create = IDBDatabase.prototype.createObjectStore;
    IDBDatabase.prototype.createObjectStore = function (name, how) {
      if (name === "checklists") throw new DOMException("The disk is full", "QuotaExceededError");
      return create.call(this, name, how);
    };
    try {
      await expect(allItems()).rejects.toThrow(StorageFull);
    } finally {
      IDBDatabase.prototype.createObjectStore = create;
    }
    const old = await openVersion2();
    expect(old.version).toBe(2);
    expect([...old.objectStoreNames].sort()).toEqual([...STORES_OF_TWO].sort());
    await expectRowsOfTwo(old);
    old.close();
    expect(await allAudits()).toEqual([]);
    expect(await allItems()).toHaveLength(FILLED_TWO.operations.length);
  });
});

const BREAKS = FAULTS.filter((fault) => fault !== "lost");

function at(requests: number[]): [Fault, number][] {
  return BREAKS.flatMap((fault) => requests.map((request): [Fault, number] => [fault, request]));
}

describe("an upgrade that is broken off", () => {
  it.each(at([1, 2, 5, 9]))(
    "leaves the old version whole, and is done the next time (%s at %i)",
    async (fault, place) => {
      await fillVersion1();
      arm(fault, place, true);
      await expect(allItems()).rejects.toThrow(fault === "aborted" ? StoreUnavailable : StorageFull);
      expect(disarm()).toBeGreaterThan(0);
      await expectVersion1Whole();
      await expectNothingLost();
    },
  );
  it.each(at([10, 11, 12, 13, 14, 16, 21, 25, 28, 32]))(
    "while photos are moved goes on where it was (%s at %i)",
    async (fault, place) => {
      await fillVersion1();
      arm(fault, place, true);
      await expect(allItems()).rejects.toThrow(fault === "aborted" ? StoreUnavailable : StorageFull);
      expect(disarm()).toBeGreaterThan(0);
      await expectNothingLost();
    },
  );
  it("by two windows at once is done once", async () => {
    await fillVersion1();
    vi.resetModules();
    const other: typeof import("./outbox") = await import("./outbox");
    const [mine, theirs] = await Promise.all([allPhotos(), other.allPhotos()]);
    expect(mine).toEqual(theirs);
    await expectNothingLost();
  });
  it("is tried again at once, and nobody notices", async () => {
    await fillVersion1();
    arm("aborted", 5);
    await expectNothingLost();
    expect(disarm()).toBe(1);
  });
});

describe("versions side by side", () => {
  it("an older app says so at a newer store, in words, and touches nothing", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await closeDatabase();
    (await openDB("sightline", VERSION + 1)).close();
    await expect(keep(item("2"), [])).rejects.toThrow(StoreTooNew);
    await expect(allItems()).rejects.toThrow("Everything on it is safe");
    await expect(setMeta("cursor", "x")).rejects.toThrow(StoreTooNew);
    const newer = await openDB("sightline", VERSION + 1);
    expect(await newer.count("operations")).toBe(1);
    expect(await newer.count("photo_bytes")).toBe(1);
    newer.close();
  });
  it("an open window makes way for a newer app, and then says that it is old", async () => {
    await keep(item("1"), []);
    const newer = await openDB("sightline", VERSION + 1);
    expect(await newer.count("operations")).toBe(1);
    await expect(allItems()).rejects.toThrow(StoreTooNew);
    newer.close();
  });
  it("a window of the first version makes way", async () => {
    await fillVersion1();
    const old = await openVersion1();
    await expectNothingLost();
    expect(() => old.transaction("operations")).toThrow();
  });
  it("a window that doesn't make way is named, and waited for", async () => {
    await fillVersion1();
    const open = await openDB("sightline", 1);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const refused = expect(allItems()).rejects.toThrow("another window");
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.runAllTimersAsync();
    await refused;
    vi.useRealTimers();
    open.close();
    await expectNothingLost();
  });
  it("a new phone starts with all stores", async () => {
    await allItems();
    await closeDatabase();
    const database = await openDB("sightline");
    expect([...database.objectStoreNames].sort()).toEqual(
      [
        "operations",
        "photos",
        "photo_bytes",
        "photos_of_1",
        "previews",
        "drafts",
        "draft_bytes",
        "vaults",
        "defects",
        "jobs",
        "audits",
        "checklists",
        "habits",
        "meta",
      ].sort(),
    );
    database.close();
  });
});
