import { describe, expect, it } from "vitest";
import { continued, laidOut, newsInWords, renewed, stepTo } from "./merge";
import type { BoardPage, BoardRow } from "./shapes";

function row(id: string, hour: number, version = 1): BoardRow {
  const due_at = new Date(Date.UTC(2026, 10, 22, hour)).toISOString();
  return { id, version, due_at, opened_at: due_at, done_at: due_at } as BoardRow;
}
function page(rows: BoardRow[], next: string | null = null, queue = "late"): BoardPage {
  return { rows, next, queue, queues: [], triage: null, as_of: "", cursor: "" };
}
const ids = (rows: readonly BoardRow[]) => rows.map((one) => one.id).join("");

describe("a list that is looked at", () => {
  it("keeps its order while its rows are renewed, new ones wait and gone ones stay", () => {
    const shown = laidOut(page([row("a", 1), row("b", 2), row("c", 3)]));
    const after = renewed(shown, page([row("n", 0), row("c", 3, 2), row("a", 4)]), "due_at");
    expect(ids(after.rows)).toBe("abc");
    expect(after.rows[2]?.version).toBe(2);
    expect([...after.touched]).toEqual(["c"]);
    expect([...after.gone]).toEqual(["b"]);
    expect(ids(after.waiting)).toBe("n");
    expect(newsInWords(after)).toBe("1 new, 1 gone");
  });

  it("says nothing where nothing changed", () => {
    const shown = laidOut(page([row("a", 1)]));
    expect(newsInWords(renewed(shown, page([row("a", 1)]), "due_at"))).toBe("");
  });

  it("takes a row that came back for what it is", () => {
    const shown = laidOut(page([row("a", 1), row("b", 2)]));
    const without = renewed(shown, page([row("b", 2)]), "due_at");
    expect([...without.gone]).toEqual(["a"]);
    expect(renewed(without, page([row("a", 1), row("b", 2)]), "due_at").gone.size).toBe(0);
  });

  it("believes of a page that goes on only what lies before its end", () => {
    const shown = laidOut(page([row("a", 1), row("b", 2), row("c", 3)], "more"));
    const after = renewed(shown, page([row("x", 0), row("y", 1), row("b", 2)], "more"), "due_at");
    expect([...after.gone]).toEqual(["a"]);
    expect(ids(after.rows)).toBe("abc");
  });

  it("announces no row that stands on a page further down", () => {
    const shown = laidOut(page([row("a", 1), row("b", 2)], "more"));
    const after = renewed(shown, page([row("a", 1), row("b", 2), row("z", 9)], "more"), "due_at");
    expect(after.waiting).toEqual([]);
  });

  it("takes the newest first for what was done", () => {
    const shown = laidOut(page([row("c", 3), row("b", 2)], "more", "done"));
    const after = renewed(shown, page([row("d", 4), row("c", 3)], "more", "done"), "due_at");
    expect(ids(after.waiting)).toBe("d");
    expect(after.gone.size).toBe(0);
  });

  it("has each row once when pages overlap", () => {
    const shown = laidOut(page([row("a", 1), row("b", 2)], "more"));
    expect(ids(continued(shown, page([row("b", 2), row("c", 3)])).rows)).toBe("abc");
  });

  it("is walked by j and k, to both ends and no further", () => {
    expect(stepTo(["a", "b"], null, 1)).toBe("a");
    expect(stepTo(["a", "b"], null, -1)).toBe("b");
    expect(stepTo(["a", "b"], "b", 1)).toBe("b");
    expect(stepTo(["a", "b"], "lost", 1)).toBe("a");
    expect(stepTo([], null, 1)).toBeNull();
  });
});
