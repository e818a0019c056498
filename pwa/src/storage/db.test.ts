import "fake-indexeddb/auto";
import { forceCloseDatabase, IDBFactory } from "fake-indexeddb";
import { unwrap } from "idb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesOf, item, noteOf, photo, TEN, WENDY, withNote } from "./cast";
import { closeDatabase, getMeta, reading, StorageFull, StoreUnavailable, setMeta, writing } from "./db";
import { loadDraft, saveDraft } from "./drafts";
import { arm, disarm, watchRequests } from "./faults";
import { allItems, allPhotos, amend, freePhoto, keep, markTried, photoBytes, saveItems, undo } from "./outbox";
import { free, room } from "./space";

beforeAll(watchRequests);
beforeEach(async () => {
  disarm();
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => void vi.unstubAllGlobals());

async function kept(): Promise<string[]> {
  const items = (await allItems()).map((one) => `${one.id}: ${noteOf(one)}`);
  const photos = (await allPhotos()).map((one) => one.id);
  for (const id of photos) expect(await photoBytes(id)).toEqual(bytesOf(id));
  return [...items, ...photos];
}

/** The connection that the store has open now. */
async function connection(): Promise<IDBDatabase> {
  let found: unknown;
  await reading(["meta"], async (tx) => {
    found = unwrap(tx.db);
    await tx.objectStore("meta").count();
  });
  return found as IDBDatabase;
}

describe("a connection that the browser takes away", () => {
  it("between two uses is opened again", async () => {
    await keep(item("1", "one"), []);
    (await connection()).close();
    await keep(item("2", "two"), []);
    expect(await kept()).toEqual(["1: one", "2: two"]);
  });
  it("abnormally, as iOS does, is opened again", async () => {
    await keep(item("1", "one"), []);
    forceCloseDatabase((await connection()) as never);
    expect(await kept()).toEqual(["1: one"]);
  });
  it("again and again is an error in words, not an endless wait", async () => {
    await keep(item("1", "one"), []);
    arm("aborted", 1, true);
    await expect(keep(item("2"), [])).rejects.toThrow(StoreUnavailable);
    await expect(allItems()).rejects.toThrow("What was saved before is safe");
    disarm();
    expect(await kept()).toEqual(["1: one"]);
  });
  it("while others are at work spoils none of their work", async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `item-${10 + n}`);
    arm("aborted", 9);
    await Promise.all(ids.map((id) => keep(item(id, "same"), [photo(`photo of ${id}`, id)])));
    expect(disarm()).toBe(1);
    expect((await allItems()).map((one) => one.id)).toEqual(ids);
    expect(await allPhotos()).toHaveLength(12);
  });
});

/** Every request of each piece of work, one by one, meets the fault. */
const REQUESTS = Array.from({ length: 10 }, (_, index) => index + 1);
const TAKEN_AWAY = REQUESTS.flatMap((at) => (["aborted", "lost"] as const).map((fault) => [fault, at] as const));

describe("work in which the connection goes away in the middle, or just after the commit", () => {
  it.each(TAKEN_AWAY)("keeps once, whole (%s at request %i)", async (fault, at) => {
    arm(fault, at);
    await keep(item("1", "one"), [photo("a", "1"), photo("b", "1")]);
    disarm();
    expect(await kept()).toEqual(["1: one", "a", "b"]);
  });
  it.each(TAKEN_AWAY)("amends once (%s at request %i)", async (fault, at) => {
    await keep(item("1", "one"), [photo("a", "1")]);
    arm(fault, at);
    const more = { addPhotos: [photo("b", "1")], dropPhotoIds: ["a"] };
    expect(await amend("1", (now) => ({ item: withNote(now, `${noteOf(now)} and more`), ...more }))).toBe(true);
    disarm();
    expect(await kept()).toEqual(["1: one and more", "b"]);
  });
  it.each(TAKEN_AWAY)("takes back, and says that it did (%s at request %i)", async (fault, at) => {
    await keep(item("1", "one"), [photo("a", "1")]);
    await keep(item("2", "two"), [photo("b", "2")]);
    arm(fault, at);
    expect(await undo("1")).toBe(true);
    disarm();
    expect(await kept()).toEqual(["2: two", "b"]);
  });
  it.each(TAKEN_AWAY)("notes the first attempt (%s at request %i)", async (fault, at) => {
    await keep(item("1", "one"), []);
    arm(fault, at);
    expect((await markTried(["1"], TEN)).map((one) => one.tried_at)).toEqual([TEN]);
    disarm();
    expect((await allItems())[0]?.tried_at).toBe(TEN);
  });
});

describe("a full phone", () => {
  const places = REQUESTS.flatMap((at) => (["full", "full_at_commit"] as const).map((fault) => [fault, at] as const));

  it.each(places)("says so, keeps what is there, and keeps nothing by half (%s at request %i)", async (fault, at) => {
    await keep(item("1", "one"), [photo("a", "1")]);
    await saveDraft(WENDY, { note: "draft" });
    arm(fault, at);
    const answer = await keep(item("2", "two"), [photo("b", "2"), photo("c", "2")], { dropDraft: true }).catch(
      (error: unknown) => error,
    );
    const happened = disarm();
    if (happened > 0) {
      expect(answer).toBeInstanceOf(StorageFull);
      expect((answer as StorageFull).message).toContain("Everything saved before is safe");
    }
    const second = happened > 0 ? [[], []] : [["2: two"], ["b", "c"]];
    expect(await kept()).toEqual(["1: one", ...(second[0] ?? []), "a", ...(second[1] ?? [])]);
    expect(await loadDraft(WENDY)).toEqual(happened > 0 ? { note: "draft" } : undefined);
  });
  it.each(places.slice(0, 12))(
    "leaves a record as it was when the change finds no room (%s at %i)",
    async (fault, at) => {
      await keep(item("1", "one"), [photo("a", "1")]);
      arm(fault, at);
      const change = amend("1", (now) => ({ item: withNote(now, "two"), addPhotos: [photo("b", "1")] }));
      const answer = await change.catch((error: unknown) => error);
      if (disarm() > 0) expect(answer).toBeInstanceOf(StorageFull);
      expect(await kept()).toEqual(answer === true ? ["1: two", "a", "b"] : ["1: one", "a"]);
    },
  );
  it("keeps the draft before when the next one finds no room", async () => {
    await saveDraft(WENDY, { note: "half", photos: [bytesOf("a")] });
    arm("full_at_commit", 1, true);
    await expect(saveDraft(WENDY, { note: "half a word", photos: [bytesOf("b")] })).rejects.toThrow(StorageFull);
    disarm();
    expect(await loadDraft(WENDY)).toEqual({ note: "half", photos: [bytesOf("a")] });
  });
});

describe("a browser without a store", () => {
  it("says what to do", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await expect(keep(item("1"), [])).rejects.toThrow(StoreUnavailable);
    await expect(getMeta("cursor")).rejects.toThrow("open Sightline in an ordinary one");
  });
  it("of a private window, too", async () => {
    const refusing = {
      open: () => {
        throw new DOMException("not here", "SecurityError");
      },
    };
    vi.stubGlobal("indexedDB", refusing);
    await expect(setMeta("cursor", "c")).rejects.toThrow("private window");
  });
  it("is asked again the next time", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await expect(allItems()).rejects.toThrow(StoreUnavailable);
    vi.unstubAllGlobals();
    expect(await allItems()).toEqual([]);
  });
});

describe("an error in the work itself", () => {
  it("rolls everything back and is told as it is", async () => {
    const broken = writing(["meta"], async (tx) => {
      await tx.objectStore("meta").put("half", "cursor");
      throw new Error("broken");
    });
    await expect(broken).rejects.toThrow("broken");
    expect(await getMeta("cursor")).toBeUndefined();
  });
});

describe("making room", () => {
  /** The browser's cache storage, as far as it is asked here. */
  function cachesWith(sizes: Record<string, number[]>) {
    const left = new Map(Object.entries(sizes));
    return {
      has: async (name: string) => left.has(name),
      delete: async (name: string) => left.delete(name),
      open: async (name: string) => ({
        keys: async () => [...(left.get(name) ?? []).keys()],
        match: async (index: number) => new Response(new Uint8Array(left.get(name)?.[index] ?? 0)),
      }),
    };
  }
  async function aMixedPhone(): Promise<void> {
    for (const id of ["1", "2", "3"]) await keep(item(id, "n"), [photo(`photo of ${id}`, id)]);
    await saveItems([{ ...item("1"), state: "sent" }]);
    await saveItems([{ ...item("2"), state: "sent" }]);
    await freePhoto(photo("photo of 1", "1"));
  }

  it("counts and frees previews of what was sent, and of nothing else", async () => {
    await aMixedPhone();
    expect((await room()).freeable).toEqual({ photos_cache: 0, basemap: 0, previews: 8 });
    await free("previews");
    expect((await room()).freeable.previews).toBe(0);
    const photos = await allPhotos();
    expect(photos.map((one) => [one.id, one.has_bytes, one.has_preview])).toEqual([
      ["photo of 1", false, false],
      ["photo of 2", true, true],
      ["photo of 3", true, true],
    ]);
    expect(await photoBytes("photo of 2")).toEqual(bytesOf("photo of 2"));
  });
  it("counts and frees what the server can give again, each for itself", async () => {
    const caches = cachesWith({ photos: [300, 40], basemap: [5_000], "shell-1": [9] });
    vi.stubGlobal("caches", caches);
    await aMixedPhone();
    expect((await room()).freeable).toEqual({ photos_cache: 340, basemap: 5_000, previews: 8 });
    await free("photos_cache");
    expect((await room()).freeable).toEqual({ photos_cache: 0, basemap: 5_000, previews: 8 });
    await free("basemap");
    expect(await caches.has("shell-1")).toBe(true);
    expect(await allPhotos()).toHaveLength(3);
  });
});
