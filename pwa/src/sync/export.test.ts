import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../api/types";
import type { OutboxItem, PhotoToKeep } from "../storage/db";
import { keep } from "../storage/outbox";
import { exportName, exportOutbox } from "./export";
import * as state from "./state";

const person = { id: "w", name: "Wendy Warden", username: "warden" } as Person;
const bytes = new Uint8Array([0xff, 0xd8, 1, 2, 3, 4]).buffer;

function item(id: string): OutboxItem {
  return {
    ...{ id, person_id: "w", state: "here", reason: null, code: null, tries: 0, tried_at: null, sent_at: null },
    ...{ received_at: null, number: null, saved_at: "2026-06-10T09:30:00Z" },
    operation: { id, kind: "raise_defect", payload: { defect_id: `d${id}`, note: "Two sofas" } },
  } as unknown as OutboxItem;
}
function photo(id: string, operation_id: string): PhotoToKeep {
  return {
    ...{ id, operation_id, person_id: "w", state: "here", reason: null, tries: 0, offset: 0, sent_at: null },
    ...{ has_bytes: true, has_preview: false, sha256: "ab", size_bytes: 6, content_type: "image/webp" },
    ...{ taken_at: "2026-06-10T09:30:00Z", bytes, preview: null },
  } as PhotoToKeep;
}

/** Names and contents of a ZIP whose files are stored as they are, read by its list at the end. */
function unzip(zip: DataView): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const text = new TextDecoder();
  let at = zip.byteLength - 22;
  at = zip.getUint32(at + 16, true);
  while (zip.getUint32(at, true) === 0x02014b50) {
    expect(zip.getUint16(at + 10, true)).toBe(0);
    const size = zip.getUint32(at + 24, true);
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const start = zip.getUint32(at + 42, true);
    const skip = 30 + zip.getUint16(start + 26, true) + zip.getUint16(start + 28, true);
    const words = text.decode(new Uint8Array(zip.buffer, at + 46, name));
    found.set(words, new Uint8Array(zip.buffer, start + skip, size));
    at += 46 + name + extra + comment;
  }
  return found;
}

describe("a copy of what is on the phone", () => {
  beforeEach(() => {
    state.session.value = { ...state.session.value, status: "signed_in", person };
    state.deviceId.value = "device-1";
  });

  it("holds the operations as they are pushed, and every photo's own bytes", async () => {
    const one = item("1");
    await keep(one, [photo("a", "1")]);
    const away = { ...photo("b", "1"), has_bytes: false };
    state.items.value = [one, item("2")];
    state.localPhotos.value = [photo("a", "1"), away];
    const made = await exportOutbox(new Set(["1"]), new Date("2026-06-10T12:00:00Z"));
    const files = unzip(new DataView(await made.file.arrayBuffer()));
    expect([...files.keys()]).toEqual(["outbox.json", "photos/a.webp"]);
    expect(new Uint8Array(files.get("photos/a.webp") ?? [])).toEqual(new Uint8Array(bytes));
    const manifest = JSON.parse(new TextDecoder().decode(files.get("outbox.json")));
    expect(manifest).toMatchObject({
      format: "sightline-outbox",
      version: 1,
      device_id: "device-1",
      exported_at: "2026-06-10T12:00:00.000Z",
      person: { id: "w", name: "Wendy Warden", username: "warden" },
      operations: [one.operation],
    });
    expect(manifest.photos.map((row: { file: string | null }) => row.file)).toEqual(["photos/a.webp", null]);
    expect([made.records, made.photos]).toEqual([1, 1]);
  });

  it("has a name that says whose and when, whatever the user name is", () => {
    const at = new Date(2026, 5, 10, 9, 5);
    expect(exportName("warden", at)).toBe("sightline-warden-2026-06-10-0905.zip");
    expect(exportName("../a b", at)).toBe("sightline-.._a_b-2026-06-10-0905.zip");
  });
});
