import { describe, expect, it } from "vitest";
import type { Imported, PushResult } from "../../api/types";
import { isComplete, linesOf, summaryOf } from "./import-words";

const result = (status: PushResult["status"], number: string | null, detail: string | null = null) =>
  ({
    id: `${status}-${number}`,
    status,
    detail,
    subject: number ? { kind: "defect", id: "d", number } : null,
  }) as PushResult;

const handed = (parts: Partial<Imported>): Imported => ({
  person: { id: "p", name: "Ash Warden" },
  results: [],
  photos: [],
  ...parts,
});

describe("what came of a phone's file", () => {
  it("is said for each thing, what needs somebody first", () => {
    const { records, photos } = linesOf(
      handed({
        results: [
          result("applied", "D-0007"),
          result("repeated", "D-0008"),
          result("rejected", null, "No such category"),
        ],
        photos: [
          { id: "a", status: "received", code: null, detail: null },
          { id: "b", status: "missing", code: null, detail: null },
        ],
      }),
    );
    expect(records.map((line) => line.words)).toEqual([
      "Record 3: Refused, and kept under Conflicts, Refused. No such category",
      "D-0007: Taken in now",
      "D-0008: Was here already",
    ]);
    expect(photos.map((line) => [line.words, line.good])).toEqual([
      ["Photo 2: Not in the file", false],
      ["Photo 1: Taken in now", true],
    ]);
  });

  it("lets go of the file only when every photo is here", () => {
    expect(isComplete(handed({ results: [result("conflict", "J-0001")] }))).toBe(true);
    expect(isComplete(handed({ photos: [{ id: "a", status: "refused", code: null, detail: null }] }))).toBe(false);
  });

  it("is counted", () => {
    const photo = { id: "a", status: "received" as const, code: null, detail: null };
    expect(summaryOf(handed({ results: [result("applied", "D-1")] }))).toBe("1 record of Ash Warden");
    expect(summaryOf(handed({ results: [], photos: [photo, photo] }))).toBe("0 records and 2 photos of Ash Warden");
  });
});
