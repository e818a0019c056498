import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { aDaysWork, atRest, bytesOf, item, noteOf, photo, readable, secrets, TEN, WENDY, withNote } from "./cast";
import { closeDatabase } from "./db";
import { loadDraft, saveDraft } from "./drafts";
import { arm, disarm, watchRequests } from "./faults";
import { lock, lockHere, lockState } from "./locks";
import { allItems, amend, keep, photoBytes, saveItems, undo } from "./outbox";
import { removePin, setPin, settled, unlock } from "./vault";

const PIN = "294753";
const FAST = { rounds: 1_000 };

beforeAll(watchRequests);
beforeEach(async () => {
  disarm();
  vi.useRealTimers();
  lock();
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
});

describe("what another window does while something is being sealed or opened", () => {
  /** Does `meanwhile` once, in the middle of the next piece of cryptography. */
  function during(what: "encrypt" | "decrypt", meanwhile: () => Promise<unknown>) {
    const real = crypto.subtle[what].bind(crypto.subtle);
    const spy = vi.spyOn(crypto.subtle, what).mockImplementation(async (...args) => {
      spy.mockRestore();
      const result = await real(...args);
      await meanwhile();
      return result;
    });
  }

  it("takes the PIN away: what is being saved is not left under a key that is gone", async () => {
    await setPin(WENDY, PIN, FAST);
    during("encrypt", () => removePin(WENDY, PIN));
    await keep(item("1", "just in time"), [photo("a", "1")]);
    expect(await lockState(WENDY)).toBe("none");
    lock();
    expect((await allItems()).map(noteOf)).toEqual(["just in time"]);
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
  });
  it("does the same to a draft", async () => {
    await setPin(WENDY, PIN, FAST);
    during("encrypt", () => removePin(WENDY, PIN));
    await saveDraft(WENDY, { note: "half", photos: [bytesOf("c")] });
    lock();
    expect(await loadDraft(WENDY)).toEqual({ note: "half", photos: [bytesOf("c")] });
  });
  it("changes the words: the new ones are sealed, not the old ones", async () => {
    await aDaysWork();
    during("encrypt", () => amend("1", (now) => ({ item: withNote(now, "second thoughts at the Old Mill") })));
    await setPin(WENDY, PIN, FAST);
    expect((await allItems()).map(noteOf)).toEqual(["second thoughts at the Old Mill"]);
    expect(readable(await atRest())).not.toContain("Old Mill");
  });
  it("hears from the server: the receipt stays", async () => {
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    during("decrypt", () => saveItems([{ ...item("1"), state: "sent", number: "D-7", sent_at: TEN }]));
    await removePin(WENDY, PIN);
    expect((await allItems())[0]).toMatchObject({ state: "sent", number: "D-7", sent_at: TEN });
  });
  it("throws the record away: it doesn't come back", async () => {
    await aDaysWork();
    during("encrypt", () => undo("1"));
    await setPin(WENDY, PIN, FAST);
    const found = await atRest();
    for (const store of ["operations", "photos", "photo_bytes", "previews"]) expect(found[store]).toEqual([]);
  });
});

describe("two windows", () => {
  /** The same app in another window: keys and connection of its own. */
  async function anotherWindow() {
    vi.resetModules();
    const locking = { ...(await import("./vault")), ...(await import("./locks")) };
    const keeping = { ...(await import("./outbox")), ...(await import("./drafts")) };
    return { ...locking, ...keeping, close: (await import("./db")).closeDatabase };
  }

  it("each ask for the PIN, and are locked together", async () => {
    const other = await anotherWindow();
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    expect(await other.lockState(WENDY)).toBe("locked");
    expect(await other.allItems()).toEqual([]);
    await other.unlock(WENDY, PIN);
    expect((await other.allItems()).map(noteOf)).toEqual(["behind the Old Mill"]);
    lock();
    await vi.waitFor(async () => expect(await other.lockState(WENDY)).toBe("locked"));
    await other.close();
  });
  it("one that was left alone locks itself only", async () => {
    const other = await anotherWindow();
    await aDaysWork();
    await setPin(WENDY, PIN, FAST);
    await other.unlock(WENDY, PIN);
    const heard = new Promise<string>((resolve) => void other.subscribe(resolve));
    lockHere();
    await unlock(WENDY, PIN);
    expect(await heard).toBe(WENDY);
    expect(await other.lockState(WENDY)).toBe("open");
    await other.close();
  });
  it("a PIN set in one seals what the other saves: it asks for the PIN", async () => {
    const other = await anotherWindow();
    await other.keep(item("1", "before"), []);
    await setPin(WENDY, PIN, FAST);
    await expect(other.keep(item("2", "after"), [])).rejects.toThrow("PIN");
    expect((await allItems()).map(noteOf)).toEqual(["before"]);
    await other.close();
  });
  it("writing drafts at once leave one whole draft", async () => {
    const other = await anotherWindow();
    const mine = { note: "mine", photos: [bytesOf("a"), bytesOf("b")] };
    const theirs = { note: "theirs", photos: [bytesOf("c")] };
    await saveDraft(WENDY, mine);
    await Promise.all([other.saveDraft(WENDY, theirs), saveDraft(WENDY, mine), other.saveDraft(WENDY, theirs)]);
    expect([mine, theirs]).toContainEqual(await loadDraft(WENDY));
    await saveDraft(WENDY, mine);
    expect(await loadDraft(WENDY)).toEqual(mine);
    await other.close();
  });
});

describe("a phone too full to seal everything", () => {
  it("says that the PIN is set, loses nothing, and seals the rest when there is room", async () => {
    await aDaysWork();
    arm("full", 25, true);
    await expect(setPin(WENDY, PIN, FAST)).rejects.toThrow("The PIN is set");
    expect(disarm()).toBeGreaterThan(0);
    expect((await allItems()).map(noteOf)).toEqual(["behind the Old Mill"]);
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
    lock();
    await unlock(WENDY, PIN);
    await settled(WENDY);
    for (const secret of secrets()) expect(readable(await atRest())).not.toContain(secret);
    expect(await photoBytes("a")).toEqual(bytesOf("a"));
  });
});
