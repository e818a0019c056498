import { describe, expect, it } from "vitest";
import { besideOf } from "./beside";

const HERE = { longitude: -0.9, latitude: 52.24 };
const GROUPS: Record<string, string> = { "FT-BLK": "fly-tipping", "FT-WHT": "fly-tipping", "LI-OUT": "lighting" };

/** A row this many metres to the north. */
function row(id: string, metres: number, category = "FT-BLK", status = "routed") {
  const place = { ...HERE, latitude: HERE.latitude + metres / 111_195, accuracy_m: 5, source: "gps" as const };
  return { id, category, status: status as "routed", place };
}
const found = (...rows: ReturnType<typeof row>[]) =>
  besideOf(rows, "fly-tipping", (code) => GROUPS[code], HERE).map(({ item }) => item.id);

describe("what is known beside a new report", () => {
  it("is of the same group and within 30 m, nearest first", () => {
    expect(found(row("far", 31), row("edge", 29.9), row("near", 4, "FT-WHT"))).toEqual(["near", "edge"]);
  });
  it("is neither of another group nor of one that the list does not know", () => {
    expect(found(row("lamp", 2, "LI-OUT"), row("new kind", 2, "XX-NEW"))).toEqual([]);
  });
  it.each(["resolved", "verified", "rejected", "duplicate"])("is not %s", (status) => {
    expect(found(row("over", 2, "FT-BLK", status))).toEqual([]);
  });
  it("is at most three", () => {
    expect(found(row("d", 4), row("c", 3), row("b", 2), row("a", 1))).toEqual(["a", "b", "c"]);
  });
});
