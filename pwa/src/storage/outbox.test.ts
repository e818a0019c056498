import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { bytesOf, item, noteOf, OMAR, photo, TEN, WENDY, withNote } from "./cast";
import { closeDatabase, getMeta, type OutboxItem, setMeta } from "./db";
import { dropDraft, loadDraft, saveDraft } from "./drafts";
import {
  allItems,
  allPhotos,
  amend,
  counts,
  dropItems,
  freePhoto,
  keep,
  markTried,
  photoBytes,
  previewOf,
  saveItems,
  savePhoto,
  undo,
} from "./outbox";
import { allRows, applyChanges, forgetRows } from "./rows";

beforeEach(async () => {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
});

async function ids(): Promise<string[]> {
  return (await allItems()).map((one) => one.id);
}

describe("what is kept on the phone", () => {
  it("keeps an operation and its photos together, byte for byte", async () => {
    await keep(item("1"), [photo("a", "1"), photo("b", "1")]);
    expect(await allItems()).toEqual([item("1")]);
    const { bytes: _bytes, preview: _preview, ...facts } = photo("a", "1");
    expect((await allPhotos())[0]).toEqual(facts);
    expect(await photoBytes("b")).toEqual(bytesOf("b"));
    expect(await previewOf("b")).toEqual(bytesOf("small b", 8));
  });
  it("keeps nothing at all when one photo can't be kept", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await expect(keep(item("2"), [photo("b", "2"), photo("a", "2")])).rejects.toThrow();
    expect(await ids()).toEqual(["1"]);
    expect((await allPhotos()).map((one) => [one.id, one.operation_id])).toEqual([["a", "1"]]);
    expect(await photoBytes("b")).toBeNull();
  });
  it("says so when what two windows took up was saved in the other one", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await expect(keep(item("1", "changed here"), [photo("a", "1")])).rejects.toThrow("already saved in another window");
    expect(await allItems()).toEqual([item("1")]);
  });
  it("keeps no second report under the id of the first, which two windows had taken up", async () => {
    const raising = (id: string) => {
      const one = item(id);
      return {
        ...one,
        operation: { ...one.operation, kind: "raise_defect", payload: { defect_id: "0190" } },
      } as OutboxItem;
    };
    await keep(raising("0191"), [photo("a", "0191")]);
    await expect(keep(raising("0192"), [photo("b", "0192")])).rejects.toThrow("already saved in another window");
    expect(await ids()).toEqual(["0191"]);
    expect(await photoBytes("b")).toBeNull();
  });
  it("never keeps a photo whose bytes have gone elsewhere", async () => {
    const taken = photo("a", "1");
    structuredClone(taken.bytes, { transfer: [taken.bytes] });
    await expect(keep(item("1"), [taken])).rejects.toThrow("not whole");
    expect(await ids()).toEqual([]);
  });
  it("gives them back oldest first", async () => {
    for (const id of ["0192-b", "0191-a", "0193-c"]) await keep(item(id), []);
    expect(await ids()).toEqual(["0191-a", "0192-b", "0193-c"]);
  });
  it("counts what each person has here", async () => {
    await keep(item("1"), [photo("a", "1"), photo("b", "1")]);
    await keep(item("2", "", OMAR), []);
    await saveItems([{ ...item("1"), state: "sent" }]);
    expect(await counts(WENDY)).toEqual({
      here: 0,
      sent: 1,
      refused: 0,
      conflict: 0,
      photos_here: 2,
      photos_refused: 0,
    });
    expect((await counts(OMAR)).here).toBe(1);
  });
});

describe("sending", () => {
  it("writes where it stands, and never over what the person recorded", async () => {
    await keep(item("1", "first words"), []);
    await amend("1", (now) => ({ item: withNote(now, "better words") }));
    await saveItems([{ ...item("1", "first words"), state: "refused", reason: "No", code: "no", tries: 2 }]);
    const [kept] = await allItems();
    expect(noteOf(kept)).toBe("better words");
    expect(kept).toMatchObject({ state: "refused", reason: "No", code: "no", tries: 2 });
  });
  it("does not bring back what a person threw away meanwhile", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await dropItems(["1"]);
    await saveItems([{ ...item("1"), state: "sent" }]);
    await savePhoto(photo("a", "1"));
    await freePhoto(photo("a", "1"));
    expect(await markTried(["1"], TEN)).toEqual([]);
    expect(await allItems()).toEqual([]);
    expect(await allPhotos()).toEqual([]);
    expect(await photoBytes("a")).toBeNull();
    expect(await previewOf("a")).toBeNull();
  });
  it("notes the first attempt, and only the first", async () => {
    await keep(item("2"), []);
    await keep(item("1"), []);
    expect((await markTried(["2", "1"], TEN)).map((one) => [one.id, one.tried_at])).toEqual([
      ["1", TEN],
      ["2", TEN],
    ]);
    await markTried(["1"], "2026-11-22T10:00:00.000Z");
    await saveItems([{ ...item("1"), tried_at: null }]);
    expect((await allItems()).map((one) => one.tried_at)).toEqual([TEN, TEN]);
  });
  it("frees a photo's bytes and says that it is sent, and leaves its preview", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await savePhoto({ ...photo("a", "1"), offset: 20, tries: 1 });
    expect((await allPhotos())[0]).toMatchObject({ offset: 20, tries: 1, has_bytes: true });
    await freePhoto({ ...photo("a", "1"), sent_at: TEN });
    expect((await allPhotos())[0]).toMatchObject({ state: "sent", has_bytes: false, has_preview: true, sent_at: TEN });
    expect(await photoBytes("a")).toBeNull();
    expect(await previewOf("a")).not.toBeNull();
  });
  it("never puts a photo without bytes back into the queue", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await freePhoto(photo("a", "1"));
    await savePhoto({ ...photo("a", "1"), state: "here" });
    expect((await allPhotos())[0]?.state).toBe("sent");
  });
});

describe("second thoughts", () => {
  it("change words and photos while nothing has left the phone", async () => {
    await keep(item("1"), [photo("a", "1"), photo("b", "1")]);
    const done = await amend("1", (now) => ({
      item: { ...withNote(now, "Two bags"), saved_at: TEN },
      addPhotos: [photo("c", "1")],
      dropPhotoIds: ["a"],
    }));
    expect(done).toBe(true);
    const [kept] = await allItems();
    expect([noteOf(kept), kept?.saved_at, kept?.tried_at]).toEqual(["Two bags", TEN, null]);
    expect((await allPhotos()).map((one) => one.id)).toEqual(["b", "c"]);
    expect([await photoBytes("a"), await previewOf("a")]).toEqual([null, null]);
    expect(await photoBytes("c")).toEqual(bytesOf("c"));
  });
  it("come too late once it was tried", async () => {
    await keep(item("1", "as it was"), [photo("a", "1")]);
    await markTried(["1"], TEN);
    expect(await amend("1", (now) => ({ item: withNote(now, "no"), dropPhotoIds: ["a"] }))).toBe(false);
    expect(await undo("1")).toBe(false);
    expect(noteOf((await allItems())[0])).toBe("as it was");
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
  });
  it("put right what the server refused, and it is sent again", async () => {
    await keep(item("1", "as it was"), [photo("a", "1")]);
    const [tried] = await markTried(["1"], TEN);
    await saveItems([
      { ...(tried as OutboxItem), state: "refused", code: "unknown_category", reason: "Not on the list" },
    ]);
    expect(await undo("1")).toBe(false);
    expect(await amend("1", (now) => ({ item: withNote(now, "right") }))).toBe(true);
    const [kept] = await allItems();
    expect(kept).toMatchObject({ state: "here", code: null, reason: null, tried_at: null });
    expect(noteOf(kept)).toBe("right");
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
  });
  it("never touch another record's photos", async () => {
    await keep(item("1"), []);
    await keep(item("2"), [photo("b", "2")]);
    await amend("1", (now) => ({ item: now, dropPhotoIds: ["b"] }));
    expect(await photoBytes("b")).toEqual(bytesOf("b"));
  });
  it("of two windows are both seen: the slower one starts from what the quicker one left", async () => {
    await keep(item("1", ""), []);
    const add = (letter: string) => amend("1", (now) => ({ item: withNote(now, `${noteOf(now)}${letter}`) }));
    await Promise.all(["a", "b", "c"].map(add));
    expect([...(noteOf((await allItems())[0]) ?? "")].sort().join("")).toBe("abc");
  });
  it("take it all back", async () => {
    await keep(item("1"), [photo("a", "1")]);
    expect(await undo("1")).toBe(true);
    expect(await undo("1")).toBe(false);
    expect([await allItems(), await allPhotos(), await photoBytes("a")]).toEqual([[], [], null]);
  });
});

describe("a draft", () => {
  it("comes back as it was left, pictures too", async () => {
    const draft = { note: "half a wo", place: null, photos: [{ id: "a", bytes: bytesOf("a"), preview: bytesOf("b") }] };
    await saveDraft(WENDY, draft);
    await saveDraft(OMAR, { note: "mine" });
    await closeDatabase();
    expect(await loadDraft(WENDY)).toEqual(draft);
    expect(await loadDraft("nobody")).toBeUndefined();
    await dropDraft(WENDY);
    expect(await loadDraft(WENDY)).toBeUndefined();
    expect(await loadDraft(OMAR)).toEqual({ note: "mine" });
  });
  it("lets a picture go that was taken out, and keeps the others", async () => {
    const [a, b] = [bytesOf("a"), bytesOf("b")];
    await saveDraft(WENDY, { photos: [a, b] });
    await saveDraft(WENDY, { photos: [b], note: "n" });
    expect(await loadDraft(WENDY)).toEqual({ photos: [bytesOf("b")], note: "n" });
  });
  it("is gone in the moment in which its record is kept, not before", async () => {
    await saveDraft(WENDY, { photos: [bytesOf("a")] });
    await keep(item("1"), []);
    await expect(keep(item("1"), [], { dropDraft: true })).rejects.toThrow();
    expect(await loadDraft(WENDY)).toEqual({ photos: [bytesOf("a")] });
    await keep(item("2"), [], { dropDraft: true });
    expect(await loadDraft(WENDY)).toBeUndefined();
  });
});

describe("the server's rows", () => {
  const page = {
    cursor: "c1",
    more: false,
    reset: false,
    server_time: "2026-11-21T09:00:00Z",
    defects: [{ id: "d1" }, { id: "d2" }],
    jobs: [],
    gone: { defects: [], jobs: [] },
  } as unknown as Parameters<typeof applyChanges>[0];

  it("move on with the cursor, and a reset starts afresh", async () => {
    await applyChanges(page, "w");
    await applyChanges({ ...page, cursor: "c2", defects: [], gone: { defects: ["d1"], jobs: [] } }, "w");
    expect((await allRows()).defects.map((d) => d.id)).toEqual(["d2"]);
    expect(await getMeta("cursor")).toBe("c2");
    await applyChanges({ ...page, reset: true, defects: [{ id: "d9" }] as typeof page.defects }, "w");
    expect((await allRows()).defects.map((d) => d.id)).toEqual(["d9"]);
  });
  it("are forgotten for the next person, the outbox is not", async () => {
    await keep(item("1"), []);
    await applyChanges(page, "w");
    await setMeta("device_id", "dev");
    await forgetRows();
    expect((await allRows()).defects).toEqual([]);
    expect(await getMeta("cursor")).toBeUndefined();
    expect(await getMeta("device_id")).toBe("dev");
    expect(await allItems()).toHaveLength(1);
  });
});
