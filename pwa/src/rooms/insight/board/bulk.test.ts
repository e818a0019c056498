import { describe, expect, it } from "vitest";
import type { BulkAnswer } from "../../../api/types";
import { type Crews, givenTo, wishFor } from "../../../app/job-change";
import { between, oneOwner, outcomeInWords } from "./bulk";
import type { BoardRow } from "./shapes";

const row = (id: string, owner: string): BoardRow =>
  ({ id, version: 3, organisation: { id: owner, name: owner, short_name: owner } }) as BoardRow;
const ems = { id: "ems", name: "EMS", short_name: "EMS", teams: [], people: [] } satisfies Crews;

describe("many jobs at once", () => {
  it("are sent with the versions that the desk saw", () => {
    const wish = wishFor("defer", [row("a", "ems"), row("b", "ems")], "  frost ");
    expect(wish).toEqual({ action: "defer", job_ids: ["a", "b"], versions: { a: 3, b: 3 }, note: "frost" });
  });

  it("go to a team, to a person or to nobody", () => {
    expect(givenTo("team:t1")).toEqual({ team_id: "t1", person_id: null });
    expect(givenTo("person:p1")).toEqual({ person_id: "p1" });
    expect(givenTo("nobody")).toEqual({ team_id: null, person_id: null });
  });

  it("go to a crew only where one organisation has them all", () => {
    expect(oneOwner([row("a", "ems"), row("b", "ems")], [ems])).toBe(ems);
    expect(oneOwner([row("a", "ems"), row("b", "homes")], [ems])).toBeNull();
    expect(oneOwner([], [ems])).toBeNull();
  });

  it("are told of in words, those that were left too", () => {
    const done = [{ id: "a", number: "J-1", new: null }];
    const refused = [{ id: "b", number: "J-2", code: "changed_meanwhile", detail: "" }];
    const answer = { id: "c", action: "assign", undo_until: "", done, refused } as BulkAnswer;
    expect(outcomeInWords(answer, "to North crew")).toBe("1 job given to North crew. 1 job was left as before.");
    expect(outcomeInWords({ ...answer, done: [] }, "to North crew")).toBe("1 job was left as before.");
  });

  it("are chosen as a range, from either end", () => {
    expect(between(["a", "b", "c", "d"], "d", "b")).toEqual(["b", "c", "d"]);
    expect(between(["a", "b"], null, "b")).toEqual(["b"]);
    expect(between(["a", "b"], "lost", "b")).toEqual(["b"]);
  });
});
