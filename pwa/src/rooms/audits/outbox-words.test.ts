import { describe, expect, it } from "vitest";
import type { Category } from "../../api/types";
import { confirmedWords, lossWords, titleOf, untouched, whyHere } from "./outbox-words";

type Item = Parameters<typeof whyHere>[0];
type Photo = Parameters<typeof whyHere>[1][number];
const item = (more: object) => ({ state: "here", code: null, reason: null, tried_at: null, ...more }) as Item;
const photo = (more: object) => ({ state: "here", reason: null, ...more }) as Photo;

describe("why something is still on the phone", () => {
  it.each([
    [item({}), [], "no_signal" as const, "There is no signal. It goes by itself when there is.", false],
    [item({}), [], "sign_in" as const, "Sign in to send it.", false],
    [item({}), [], null, "It is being sent.", false],
    [item({ code: "waiting" }), [], null, "It waits for an earlier one to arrive first.", false],
    [item({ state: "refused", reason: "No such job" }), [], null, "No such job", true],
    [item({ state: "sent" }), [photo({}), photo({})], null, "The record has arrived; 2 photos still to go.", false],
    [
      item({ state: "sent" }),
      [photo({ state: "refused", reason: "It is broken" })],
      null,
      "The photo was not taken: It is broken",
      true,
    ],
    [
      item({ code: "server_older" }),
      [],
      null,
      "The server is older than this app. It is kept until the server is updated.",
      false,
    ],
  ])("%#", (what, photos, hindrance, words, needsYou) => {
    expect(whyHere(what, photos, { hindrance })).toMatchObject({ words, needsYou });
  });

  it("says how to put right what was refused, also for a reason that it has no words for", () => {
    const photo = whyHere(item({ state: "refused", code: "after_photo_required" }), [], { hindrance: null });
    expect(photo.advice).toBeTruthy();
    const other = whyHere(item({ state: "refused", code: "brand_new_rule" }), [], { hindrance: null });
    expect(other.advice).toContain("save a copy");
  });

  it("leaves a conflict to the dispatcher, and asks for a look once it is decided", () => {
    const open = whyHere(item({ state: "conflict", code: "changed_meanwhile" }), [], { hindrance: null });
    expect(open).toMatchObject({ status: "decides", needsYou: false });
    expect(open.advice).toContain("A dispatcher decides");
    const decided = item({ state: "conflict", code: "conflict_kept", reason: "Kept as it was, by the control room" });
    expect(whyHere(decided, [], { hindrance: null })).toMatchObject({
      status: "decided",
      words: "Kept as it was, by the control room",
      needsYou: true,
    });
  });
});

describe("what a thing is called", () => {
  const categories = new Map([["FT", { label: "Fly-tip" } as Category]]);
  it.each([
    ["raise_defect" as const, "FT", "Fly-tip"],
    ["raise_defect" as const, "XX", "Report"],
    ["close_job" as const, "FT", "Job done: fly-tip"],
    ["start_patrol" as const, null, "Patrol started"],
  ])("%s %s", (kind, category, words) => {
    expect(titleOf(kind, category, categories)).toBe(words);
  });
});

describe("before something is thrown away", () => {
  it("names what is lost", () => {
    expect(lossWords(item({}), 2)).toBe("The record and 2 photos would be lost for good: they are on this phone only.");
    expect(lossWords(item({ tried_at: "2026-06-10T09:00:00Z" }), 0)).toContain("If it has reached the server");
    expect(lossWords(item({ state: "sent" }), 1)).toBe("The record is on the server. 1 photo would be lost for good.");
  });
  it("can be taken back only while nothing of it has left the phone", () => {
    expect(untouched(item({}))).toBe(true);
    expect(untouched(item({ tried_at: "2026-06-10T09:00:00Z" }))).toBe(false);
    expect(untouched(item({ state: "refused" }))).toBe(false);
  });
});

describe("a receipt", () => {
  it.each([
    [0, ""],
    [1, "1 photo confirmed"],
    [3, "3 photos confirmed"],
  ])("of %s", (photos, words) => {
    expect(confirmedWords({ photos })).toBe(words);
  });
});
