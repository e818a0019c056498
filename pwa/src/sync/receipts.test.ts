import { describe, expect, it } from "vitest";
import type { LocalPhoto, OutboxItem } from "../storage/db";
import { newReceipts, receiptOf, stillKept } from "./receipts";

const NOW = "2026-06-10T12:00:00Z";
const item = (id: string, more: object = {}) =>
  ({
    id,
    person_id: "w",
    state: "sent",
    number: `D-${id}`,
    received_at: "2026-06-10T11:00:00Z",
    operation: {
      kind: "raise_defect",
      made_at: "2026-06-10T10:00:00Z",
      payload: { category: "FT", defect_id: `d${id}` },
    },
    ...more,
  }) as OutboxItem;
const photo = (operation_id: string, state: string) => ({ operation_id, state }) as LocalPhoto;

describe("receipts", () => {
  it("are written once the record and every photo of it are confirmed", () => {
    const outbox = [item("1"), item("2"), item("3", { state: "here" }), item("4")];
    const photos = [photo("1", "sent"), photo("1", "sent"), photo("2", "sent"), photo("2", "here")];
    const fresh = newReceipts([], outbox, photos, NOW);
    expect(fresh.map((one) => [one.id, one.photos])).toEqual([
      ["1", 2],
      ["4", 0],
    ]);
    expect(newReceipts(fresh, outbox, photos, NOW)).toEqual([]);
  });
  it("say what the server said, and nothing that the person wrote", () => {
    const receipt = receiptOf(item("1"), 2, NOW);
    expect(receipt).toMatchObject({ number: "D-1", received_at: "2026-06-10T11:00:00Z", defect_id: "d1", photos: 2 });
    expect(Object.keys(receipt)).not.toContain("note");
  });
  it("stay for a week", () => {
    const old = { ...receiptOf(item("1"), 0, NOW), complete_at: "2026-06-03T11:00:00Z" };
    const recent = { ...receiptOf(item("2"), 0, NOW), complete_at: "2026-06-04T11:00:00Z" };
    expect(stillKept([old, recent], Date.parse(NOW))).toEqual([recent]);
  });
});
