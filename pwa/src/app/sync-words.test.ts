import { describe, expect, it } from "vitest";
import { type SyncFacts, syncWords } from "./sync-words";

const NOW = new Date("2026-06-10T12:00:00Z");
const quiet: SyncFacts = { unsent: 0, needs_you: 0, hindrance: null, busy: false };
const three: SyncFacts = { ...quiet, unsent: 3, oldest_unsent_at: "2026-06-10T11:00:00Z" };
const old = "2026-06-08T11:00:00Z";

describe("the line about sending", () => {
  it.each<[SyncFacts, string | null, string, string]>([
    [quiet, null, "busy", "Getting what is known"],
    [quiet, "just now", "good", "All sent"],
    [quiet, "5 min ago", "good", "All sent, 5 min ago"],
    [three, "just now", "busy", "3 on this phone, sending"],
    [{ ...three, hindrance: "no_signal" }, "5 min ago", "waiting", "No signal: 3 safe on this phone"],
    [{ ...three, hindrance: "not_our_server" }, null, "waiting", "Network in the way: 3 safe on this phone"],
    [{ ...three, hindrance: "server_trouble" }, null, "waiting", "Server has trouble: 3 safe on this phone"],
    [{ ...three, hindrance: "sign_in" }, null, "needs_you", "Sign in to send: 3 safe on this phone"],
    [{ ...quiet, hindrance: "sign_in" }, null, "needs_you", "Sign in to send"],
    [{ ...three, locked: true }, null, "needs_you", "Locked: 3 on this phone"],
    [{ ...three, needs_you: 1 }, null, "needs_you", "Needs you: 1"],
    [{ ...quiet, conflicts: 1 }, "just now", "waiting", "A dispatcher decides: 1"],
    [{ ...three, conflicts: 1 }, "just now", "busy", "3 on this phone, sending"],
    [{ ...quiet, loading: true }, null, "busy", "Looking at what is on this phone"],
    [{ ...three, server_older: true }, null, "waiting", "The server is older: 3 safe on this phone"],
    [{ ...three, storage_full: true }, null, "needs_you", "This phone is full: free some space"],
    [{ ...quiet, hindrance: "no_signal" }, "5 min ago", "offline", "No signal, as of 5 min ago"],
    [{ ...three, oldest_unsent_at: old }, null, "needs_you", "3 here, oldest 2 days: find signal"],
    [
      { ...three, oldest_unsent_at: old, hindrance: "sign_in" },
      null,
      "needs_you",
      "Sign in to send: 3 safe on this phone",
    ],
  ])("%o", (facts, heard, tone, words) => {
    expect(syncWords(facts, heard, NOW)).toMatchObject({ tone, words });
  });

  it("says nothing of age once all is sent", () => {
    expect(syncWords({ ...quiet, oldest_unsent_at: old }, "just now", NOW).words).toBe("All sent");
  });
});
