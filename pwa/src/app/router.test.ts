import { describe, expect, it } from "vitest";
import { match } from "./router";
import { syncWords } from "./sync-words";

describe("paths", () => {
  it.each([
    ["/jobs/:id", "/jobs/7", { id: "7" }],
    ["/jobs/:id", "/jobs/7/close", null],
    ["/jobs/:id/close", "/jobs/a%20b/close", { id: "a b" }],
    ["/today", "/today/", {}],
    ["/today", "/reports", null],
  ])("%s and %s", (pattern, path, params) => {
    expect(match(pattern, path)).toEqual(params);
  });
});

describe("the line about sending", () => {
  const quiet = { waiting: 0, photos_waiting: 0, needs_you: 0, hindrance: null, busy: false } as const;
  it.each([
    [quiet, null, "busy", "Getting what is known"],
    [quiet, "just now", "good", "Everything sent, just now"],
    [{ ...quiet, hindrance: "no_signal" as const }, "5 min ago", "offline", "No signal, as of 5 min ago"],
    [
      { ...quiet, waiting: 2, photos_waiting: 1, hindrance: "no_signal" as const },
      null,
      "waiting",
      "2 reports and 1 photo on this phone: no signal",
    ],
    [{ ...quiet, waiting: 1 }, null, "busy", "Sending 1 report. Keep open until 0 left"],
    [{ ...quiet, waiting: 1, hindrance: "sign_in" as const }, null, "needs_you", "1 report here: sign in to send"],
    [{ ...quiet, needs_you: 1, waiting: 3 }, null, "needs_you", "1 thing needs you"],
  ])("%o", (facts, heard, tone, words) => {
    expect(syncWords(facts, heard)).toMatchObject({ tone, words });
  });
});
