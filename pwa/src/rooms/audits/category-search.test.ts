import { describe, expect, it } from "vitest";
import type { Category } from "../../api/types";
import { eightCategories, searchCategories } from "./category-search";

function category(code: string, label: string, group: string, words: string[]): Category {
  return {
    code,
    label,
    group,
    severity: 3,
    severity_in_hotspot: 2,
    words,
    icon: "other",
    photo: "wanted",
    fly_tipping: null,
    what_next: "",
  };
}

const LIBRARY = [
  category("FT", "Dumped waste (fly-tip)", "tip", ["dumped sofa", "mattress", "fridge", "rubbish", "black bags"]),
  category("NE", "Needles", "litter", ["needle", "syringe", "sharps", "drug litter"]),
  category("LI", "A lot of litter", "litter", ["rubbish", "litter", "cans"]),
  category("LO", "Lamp out", "light", ["street light", "lamp post", "dark"]),
  category("VE", "Vehicle perhaps abandoned", "cars", ["dumped car", "burnt out car"]),
];
const codes = (text: string) => searchCategories(LIBRARY, text, null).map((found) => found.code);

describe("finding a category by the words people use", () => {
  it("finds a fly-tip from “dumped sofa”, before anything else that is dumped", () => {
    expect(codes("dumped sofa")[0]).toBe("FT");
  });
  it.each([
    ["needles", "NE"],
    ["Needle", "NE"],
    ["syri", "NE"],
    ["street lights", "LO"],
    ["a mattress on the path", "FT"],
    ["burnt car", "VE"],
  ])("finds %s", (text, code) => {
    expect(codes(text)[0]).toBe(code);
  });
  it("finds nothing for words nobody has given, and for none at all", () => {
    expect(codes("helicopter")).toEqual([]);
    expect(codes("the of")).toEqual([]);
    expect(codes("")).toEqual([]);
  });
  it("puts what this person reports more often first among equals", () => {
    const habits = { person_id: "w", counts: { LI: 40 }, recent: [] };
    expect(codes("rubbish")).toContain("FT");
    expect(searchCategories(LIBRARY, "rubbish", habits)[0]?.code).toBe("LI");
  });
});

describe("the eight large buttons", () => {
  it("shows a newcomer the first of each group", () => {
    expect(
      eightCategories(LIBRARY, null)
        .map((c) => c.code)
        .slice(0, 4),
    ).toEqual(["FT", "NE", "LO", "VE"]);
  });
  it("puts one's own before what is common around, and leaves out what the library dropped", () => {
    const habits = { person_id: "w", counts: { LO: 2, GONE: 9 }, recent: [] };
    const first = eightCategories(LIBRARY, habits, ["LI", "LI", "LI"]);
    expect(first.map((c) => c.code).slice(0, 2)).toEqual(["LO", "LI"]);
    expect(first).toHaveLength(5);
  });
});
