import { describe, expect, it } from "vitest";
import { type Asked, keyOf, leftInWords, lookedAt, named, nextOpen, tally } from "./carried";

const thing = (id: string, outcome: Asked["outcome"] = "", source_kind: Asked["source_kind"] = "defect"): Asked => ({
  source_kind,
  source_id: id,
  outcome,
});

describe("the things that a re-visit asks about", () => {
  const things = [thing("1", "done"), thing("2"), thing("3", "worse"), thing("4"), thing("1", "", "action")];

  it("names a defect and an action of one id apart", () => {
    expect(keyOf(thing("1"))).not.toBe(keyOf(thing("1", "", "action")));
    expect(named(things, "action-1")).toBe(things[4]);
    expect(named(things, "defect-9")).toBeUndefined();
    expect(named(things, null)).toBeUndefined();
  });

  it("goes on with the next that nobody looked at, then from the beginning", () => {
    expect(nextOpen(things, null)).toBe(things[1]);
    expect(nextOpen(things, "defect-2")).toBe(things[3]);
    expect(nextOpen(things, "action-1")).toBe(things[1]);
    expect(nextOpen([thing("1", "done"), thing("2")], "defect-2")).toBeUndefined();
    expect(nextOpen([], null)).toBeUndefined();
  });

  it("counts what is left and what was said", () => {
    expect(lookedAt(things)).toBe(2);
    expect(leftInWords(things)).toBe("3 things left of 5");
    expect(leftInWords([thing("1", "done"), thing("2")])).toBe("1 thing left of 2");
    expect(leftInWords([thing("1", "done")])).toBe("All looked at");
    expect(leftInWords([])).toBe("Nothing is carried");
    expect(tally(things)).toBe("1 done, 1 worse, 3 not looked at");
    expect(tally([thing("1", "removed_on_purpose")])).toBe("1 removed on purpose");
    expect(tally([])).toBe("");
  });
});
