import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { LocalPhoto, OutboxItem } from "./db";
import { getMeta, setMeta, withDatabase } from "./db";
import { allItems, allPhotos, dropItems, keep, saveItems, savePhoto } from "./outbox";
import { allRows, applyChanges, forgetRows } from "./rows";

function item(id: string): OutboxItem {
  return { id, person_id: "w", state: "here", tries: 0 } as unknown as OutboxItem;
}
function photo(id: string, operation_id: string): LocalPhoto {
  return { id, operation_id, bytes: new ArrayBuffer(4), state: "here" } as unknown as LocalPhoto;
}

beforeEach(() =>
  withDatabase(async (db) => {
    for (const name of ["operations", "photos", "defects", "jobs", "meta"] as const) await db.clear(name);
  }),
);

describe("what is kept on the phone", () => {
  it("keeps an operation and its photos together", async () => {
    await keep(item("1"), [photo("a", "1"), photo("b", "1")]);
    expect((await allItems()).map((i) => i.id)).toEqual(["1"]);
    expect((await allPhotos()).map((p) => p.bytes?.byteLength)).toEqual([4, 4]);
  });
  it("keeps nothing at all when one photo can't be kept", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await expect(keep(item("2"), [photo("b", "2"), photo("a", "2")])).rejects.toThrow();
    expect((await allItems()).map((i) => i.id)).toEqual(["1"]);
    expect((await allPhotos()).map((p) => p.id)).toEqual(["a"]);
  });
  it("gives them back oldest first", async () => {
    for (const id of ["0192-b", "0191-a", "0193-c"]) await keep(item(id), []);
    expect((await allItems()).map((i) => i.id)).toEqual(["0191-a", "0192-b", "0193-c"]);
  });
  it("does not bring back what a person threw away while it was being sent", async () => {
    await keep(item("1"), [photo("a", "1")]);
    await dropItems(["1"]);
    await saveItems([{ ...item("1"), state: "sent" }]);
    await savePhoto(photo("a", "1"));
    expect(await allItems()).toEqual([]);
    expect(await allPhotos()).toEqual([]);
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
