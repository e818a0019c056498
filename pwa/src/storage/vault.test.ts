import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { aDaysWork, atRest, bytesOf, item, noteOf, OMAR, photo, readable, secrets, TEN, WENDY, withNote } from "./cast";
import { closeDatabase, VaultLocked } from "./db";
import { loadDraft, saveDraft } from "./drafts";
import { lock, lockState, subscribe } from "./locks";
import {
  allItems,
  allPhotos,
  amend,
  counts,
  freePhoto,
  keep,
  markTried,
  photoBytes,
  previewOf,
  saveItems,
  undo,
} from "./outbox";
import { changePin, nextTryInS, pinProblem, removePin, setPin, settled, unlock, waitAfterS } from "./vault";

const PIN = "294753";
const FAST = { rounds: 1_000 };

beforeEach(async () => {
  vi.useRealTimers();
  lock();
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
});

describe("with a PIN", () => {
  it("nothing of a person's work can be read from the phone, saved before or after", async () => {
    await aDaysWork();
    for (const secret of secrets()) expect(readable(await atRest())).toContain(secret);
    await setPin(WENDY, PIN, FAST);
    await keep(item("2", "Old Mill again"), [photo("d", "2")]);
    await saveItems([{ ...item("2"), state: "refused", reason: "Old Mill is not ours" }]);
    const found = readable(await atRest());
    for (const secret of [...secrets(), readable(bytesOf("d"))]) expect(found).not.toContain(secret);
  });
  it("everything reads as before while it is open", async () => {
    await aDaysWork();
    const before = [await allItems(), await allPhotos(), await loadDraft(WENDY)];
    await setPin(WENDY, PIN, FAST);
    expect([await allItems(), await allPhotos(), await loadDraft(WENDY)]).toEqual(before);
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
    expect(await previewOf("b")).toEqual(bytesOf("small b", 8));
    expect(await lockState(WENDY)).toBe("open");
  });
  it("a locked phone says how much waits, and hands out none of it", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    lock();
    expect(await lockState(WENDY)).toBe("locked");
    expect([await allItems(), await allPhotos()]).toEqual([[], []]);
    expect(await counts(WENDY)).toMatchObject({ here: 1, photos_here: 2 });
    await expect(photoBytes("a")).rejects.toThrow(VaultLocked);
    await expect(loadDraft(WENDY)).rejects.toThrow(VaultLocked);
    await expect(keep(item("2"), [])).rejects.toThrow(VaultLocked);
    await expect(saveDraft(WENDY, {})).rejects.toThrow(VaultLocked);
    expect(await markTried(["1"], TEN)).toEqual([]);
    expect((await counts(WENDY)).here).toBe(1);
  });
  it("an answer that arrives after locking is still written down, without its words", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    const [sending] = await markTried(["1"], TEN);
    lock();
    await saveItems([{ ...item("1"), ...sending, state: "refused", reason: "Old Mill is not ours", code: "no" }]);
    await freePhoto({ ...photo("a", "1"), sent_at: TEN });
    expect(readable(await atRest())).not.toContain("not ours");
    expect(await unlock(WENDY, PIN)).toEqual({ opened: true });
    const [kept] = await allItems();
    expect(kept).toMatchObject({ state: "refused", code: "no", tried_at: TEN, reason: null });
    expect(noteOf(kept)).toBe("behind the Old Mill");
    expect((await allPhotos()).find((one) => one.id === "a")).toMatchObject({ state: "sent", sha256: "hash of a" });
  });
  it("second thoughts work as without", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    const change = { addPhotos: [photo("e", "1")], dropPhotoIds: ["a"] };
    expect(await amend("1", (now) => ({ item: withNote(now, "by the weir"), ...change }))).toBe(true);
    expect(noteOf((await allItems())[0])).toBe("by the weir");
    expect((await allPhotos()).map((one) => one.id)).toEqual(["b", "e"]);
    expect(readable(await atRest())).not.toContain("weir");
    expect(await undo("1")).toBe(true);
    expect(await counts(WENDY)).toMatchObject({ here: 0, photos_here: 0 });
  });
  it("the same work opens after the app was closed", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    lock();
    await closeDatabase();
    expect(await unlock(WENDY, PIN)).toEqual({ opened: true });
    expect(noteOf((await allItems())[0])).toBe("behind the Old Mill");
    expect(await loadDraft(WENDY)).toEqual({ note: "near the Old Mill", photos: [bytesOf("c")] });
  });
  it("a record that was moved to another place does not open there", async () => {
    await keep(item("1"), [photo("a", "1"), photo("b", "1")]);
    await keep(item("2"), []);
    await setPin(WENDY, PIN, FAST);
    const db = await openDB("sightline");
    const [one, a] = [await db.get("operations", "1"), await db.get("photo_bytes", "a")];
    await db.put("operations", { ...(await db.get("operations", "2")), sealed: one.sealed });
    await db.put("photo_bytes", { ...a, id: "b" });
    db.close();
    expect((await allItems()).map((kept) => kept.id)).toEqual(["1"]);
    await expect(photoBytes("b")).rejects.toThrow();
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
  });
  it("never seals two records alike", async () => {
    await keep(item("1", "same words"), []);
    await setPin(WENDY, PIN, FAST);
    await keep(item("2", "same words"), []);
    const rows = (await atRest()).operations as { sealed: { iv: Uint8Array; data: ArrayBuffer } }[];
    expect(new Set(rows.map((row) => row.sealed.iv.join())).size).toBe(2);
  });
});

describe("a wrong PIN", () => {
  it("opens nothing, harms nothing, and makes the next try wait", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    lock();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(TEN) });
    expect(await unlock(WENDY, "111112")).toEqual({ opened: false, wrong: 1, wait_s: 1 });
    expect(await unlock(WENDY, PIN)).toEqual({ opened: false, wrong: 1, wait_s: 1 });
    vi.setSystemTime(Date.parse(TEN) + 1_000);
    expect(await unlock(WENDY, "111113")).toEqual({ opened: false, wrong: 2, wait_s: 2 });
    expect(await nextTryInS(WENDY)).toBe(2);
    expect(await removePin(WENDY, "111113")).toMatchObject({ opened: false });
    vi.setSystemTime(Date.parse(TEN) + 3_000);
    expect(await unlock(WENDY, PIN)).toEqual({ opened: true });
    expect(await nextTryInS(WENDY)).toBe(0);
    expect(noteOf((await allItems())[0])).toBe("behind the Old Mill");
  });
  it("makes nobody wait longer because the phone's clock was put back", async () => {
    await setPin(WENDY, PIN, FAST);
    lock();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(TEN) });
    await unlock(WENDY, "111112");
    vi.setSystemTime(Date.parse(TEN) - 86_400_000);
    expect(await nextTryInS(WENDY)).toBe(1);
  });
  it.each([
    [0, 0],
    [1, 1],
    [4, 8],
    [10, 512],
    [11, 900],
    [60, 900],
  ])("after %i wrong tries: %i s", (wrong, seconds) => {
    expect(waitAfterS(wrong)).toBe(seconds);
  });
});

describe("what can be a PIN", () => {
  it.each([
    ["29475", false],
    ["294753", true],
    ["000000", false],
    ["123456", false],
    ["987654", false],
    ["a long walk", true],
    ["a walk", false],
    ["", false],
  ])("%j: %s", (pin, good) => {
    expect(pinProblem(pin) === null).toBe(good);
  });
  it("is asked before anything is sealed", async () => {
    await expect(setPin(WENDY, "123456", FAST)).rejects.toThrow("harder to guess");
    expect(await lockState(WENDY)).toBe("none");
  });
  it("is the same PIN when another keyboard writes its letters in another way", async () => {
    await setPin(WENDY, "caf\u00e9 au lait", FAST);
    lock();
    expect(await unlock(WENDY, "cafe\u0301 au lait")).toEqual({ opened: true });
  });
});

describe("changing one's mind about a PIN", () => {
  it("taking it away leaves everything as it was before", async () => {
    await aDaysWork();
    const before = await atRest();
    await setPin(WENDY, PIN, FAST);
    await removePin(WENDY, PIN);
    expect(await lockState(WENDY)).toBe("none");
    const after = await atRest();
    for (const store of ["photos", "photo_bytes", "previews", "operations", "drafts", "draft_bytes", "vaults"]) {
      expect(after[store]).toEqual(before[store]);
    }
  });
  it("another PIN opens what the first one sealed, and the first one opens nothing any more", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    expect(await changePin(WENDY, PIN, "a long walk", FAST)).toEqual({ opened: true });
    lock();
    expect(await unlock(WENDY, "a long walk")).toEqual({ opened: true });
    expect(noteOf((await allItems())[0])).toBe("behind the Old Mill");
    lock();
    expect(await unlock(WENDY, PIN)).toMatchObject({ opened: false });
  });
  it("is each person's own", async () => {
    await aDaysWork();
    await keep(item("7", "Omar's", OMAR), [photo("o", "7", OMAR)]);
    await setPin(WENDY, PIN, FAST);
    lock();
    expect((await allItems()).map(noteOf)).toEqual(["Omar's"]);
    await setPin(OMAR, "835120", FAST);
    expect(await lockState(WENDY)).toBe("locked");
    expect((await allItems()).map(noteOf)).toEqual(["Omar's"]);
    expect(await photoBytes("o")).toEqual(bytesOf("o"));
    await unlock(WENDY, PIN);
    expect(await allItems()).toHaveLength(2);
  });
  it("can't be set over another", async () => {
    await setPin(WENDY, PIN, FAST);
    await expect(setPin(WENDY, "a long walk", FAST)).rejects.toThrow("already");
    lock();
    expect(await unlock(WENDY, PIN)).toEqual({ opened: true });
  });
});

describe("an app killed while records are being turned", () => {
  /** Locks, as a killed app does, after so many records. */
  function killedAfter(photos: number) {
    return { ...FAST, progress: (done: number) => void (done === photos && lock()) };
  }
  it.each([1, 2, 3])("leaves a mixed store that works, and is finished at the next unlock (%i)", async (photos) => {
    await aDaysWork();
    await keep(item("2", "third photo"), [photo("z", "2")]);
    await setPin(WENDY, PIN, killedAfter(photos));
    expect(await lockState(WENDY)).toBe("locked");
    expect((await counts(WENDY)).here).toBe(2);
    expect(await unlock(WENDY, PIN)).toEqual({ opened: true });
    expect((await allItems()).map(noteOf)).toEqual(["behind the Old Mill", "third photo"]);
    expect(await photoBytes("z")).toEqual(bytesOf("z"));
    await settled(WENDY);
    for (const secret of secrets()) expect(readable(await atRest())).not.toContain(secret);
    expect((await allItems()).map(noteOf)).toEqual(["behind the Old Mill", "third photo"]);
  });
  it.each([1, 2])("goes on taking the PIN away at the next unlock (%i)", async (photos) => {
    await aDaysWork();
    const before = await atRest();
    await setPin(WENDY, PIN, FAST);
    await removePin(WENDY, PIN, killedAfter(photos));
    expect(await lockState(WENDY)).toBe("locked");
    await unlock(WENDY, PIN);
    await settled(WENDY);
    expect(await lockState(WENDY)).toBe("none");
    expect(await atRest()).toEqual(before);
  });
});

describe("who watches", () => {
  it("hears of every change", async () => {
    const heard: string[] = [];
    const stop = subscribe((personId) => void heard.push(personId));
    await setPin(WENDY, PIN, FAST);
    heard.length = 0;
    lock();
    expect(heard).toEqual([WENDY]);
    await unlock(WENDY, PIN);
    expect(heard).toEqual([WENDY, WENDY]);
    stop();
    lock();
    expect(heard).toHaveLength(2);
  });
});
