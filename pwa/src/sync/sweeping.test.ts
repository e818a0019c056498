import { describe, expect, it } from "vitest";
import type { Defect } from "../api/types";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { settledItems } from "./sweeping";

const NOW = Date.parse("2026-06-10T12:00:00Z");
const item = (id: string, more: object = {}) =>
  ({
    ...{ id, state: "sent", sent_at: "2026-06-10T11:59:50Z" },
    operation: { based_on: null, payload: { defect_id: `d${id}` } },
    ...more,
  }) as unknown as OutboxItem;
const photo = (id: string, operation_id: string, state = "sent") => ({ id, operation_id, state }) as LocalPhoto;
const row = (id: string, photos: [string, string][] = []) =>
  ({ id, version: 1, photos: photos.map(([photo, state]) => ({ id: photo, state })) }) as unknown as Defect;

describe("what leaves the phone by itself", () => {
  it("is what the server has and shows, with every photo ready", () => {
    const photos = [photo("a", "1"), photo("b", "2"), photo("c", "3", "here")];
    const rows = [row("d1", [["a", "ready"]]), row("d2", [["b", "received"]]), row("d3", [["c", "ready"]]), row("d4")];
    expect(settledItems([item("1"), item("2"), item("3"), item("4"), item("5")], photos, rows, NOW)).toEqual([
      "1",
      "4",
    ]);
  });
  it("is never what was not sent, however old", () => {
    const old = { sent_at: null, state: "here" };
    expect(settledItems([item("1", old), item("2", { ...old, state: "conflict" })], [], [row("d1")], NOW)).toEqual([]);
  });
  it("waits for a row that is newer than what the person had seen", () => {
    const based = { operation: { based_on: 1, payload: { defect_id: "d1" } } };
    expect(settledItems([item("1", based)], [], [row("d1")], NOW)).toEqual([]);
  });
  it("goes after a day though its row never came, but not while a photo is here", () => {
    const old = { sent_at: "2026-06-08T12:00:00Z" };
    const photos = [photo("a", "1"), photo("b", "2", "refused")];
    expect(settledItems([item("1", old), item("2", old)], photos, [], NOW)).toEqual(["1"]);
  });
});
