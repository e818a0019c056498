import { describe, expect, it } from "vitest";
import { askedBy, filePath, filtersSet, nextPath, noFilters, pagePath } from "./address";
import { countInWords } from "./shapes";

const at = (query: string) => askedBy(new URLSearchParams(query));

describe("the board's filters live in the address", () => {
  it("asks the server for what the address says, and leaves the choice of a queue to it", () => {
    expect(pagePath(at(""), 0)).toBe("/api/board");
    expect(pagePath(at("queue=late&ward=w&q=mere+road&order=-age"), 0)).toBe(
      "/api/board?queue=late&ward=w&q=mere+road&order=-age",
    );
    expect(nextPath(at("queue=late"), "c==")).toBe("/api/board?queue=late&cursor=c%3D%3D");
    expect(filePath(at("queue=late&team=none"), "xlsx")).toBe("/api/board/jobs.xlsx?queue=late&team=none");
  });

  it("opens as usual from a broken link", () => {
    expect(pagePath(at("breach=soonish&kind=odd&order=sideways&q=++"), 0)).toBe("/api/board");
  });

  it("keeps as many rows fresh as are shown, up to 200", () => {
    expect(pagePath(at(""), 50)).toBe("/api/board");
    expect(pagePath(at(""), 120)).toBe("/api/board?page_size=150");
    expect(pagePath(at(""), 900)).toBe("/api/board?page_size=200");
  });

  it("knows how many filters are set and how to take them away", () => {
    expect(filtersSet(at("queue=late&ward=w&q=x"))).toBe(2);
    expect(Object.keys(noFilters())).toContain("team");
    expect(Object.keys(noFilters())).not.toContain("queue");
  });

  it("says honestly where counting stopped", () => {
    expect(countInWords({ count: 1000, more: true })).toBe("1,000+");
    expect(countInWords({ count: 7, more: false })).toBe("7");
  });
});
