import { describe, expect, it } from "vitest";
import type { NewsChannelRow, NewsPreferences } from "../../api/types";
import { keyBytes } from "../../device/push";
import { asSent, quietProblem, troubled, turned } from "./words";

const KEPT: NewsPreferences = {
  topics: [
    { topic: "work", name: "Jobs", hint: "New ones.", urgent: false, in_app: true, push: true, email: false },
    { topic: "clocks", name: "Late", hint: "Late ones.", urgent: false, in_app: true, push: false, email: false },
  ],
  quiet_from: null,
  quiet_until: null,
  urgent_passes: true,
  digest_hour: 7,
};

function row(channel: NewsChannelRow["channel"], state: NewsChannelRow["state"], words: string): NewsChannelRow {
  return { channel, name: channel, state, words, to: "", last_sent_at: null, next_try_at: null, waiting: 0 };
}

describe("what a person hears of", () => {
  it("turns one switch and no other", () => {
    const next = turned(KEPT, "clocks", "push");
    expect(next.topics.map(({ push }) => push)).toEqual([true, true]);
    expect(turned(next, "clocks", "push")).toEqual(KEPT);
  });

  it("sends what the server takes and nothing else", () => {
    expect(asSent(KEPT)).toEqual({
      topics: [
        { topic: "work", in_app: true, push: true, email: false },
        { topic: "clocks", in_app: true, push: false, email: false },
      ],
      quiet_from: null,
      quiet_until: null,
      urgent_passes: true,
      digest_hour: 7,
    });
  });

  it.each([
    [null, null, null],
    ["22:00", "07:00", null],
    ["22:00", "", "Write a beginning and an end."],
    ["", "07:00", "Write a beginning and an end."],
    ["22:00", "22:00", "The end has to differ from the beginning."],
  ])("says what is wrong with quiet hours from %s to %s", (quiet_from, quiet_until, said) => {
    expect(quietProblem({ ...KEPT, quiet_from, quiet_until })).toBe(said);
  });

  it("shows what fails before what was never set up, and nothing of what works or of a phone that is off", () => {
    const shown = troubled([
      row("in_app", "ok", ""),
      row("email", "not_set_up", "Not set up."),
      row("push", "failing", "It fails."),
      row("push", "no_phone", "No phone yet."),
    ]);
    expect(shown.map(({ words }) => words)).toEqual(["It fails.", "Not set up."]);
  });

  it("reads the server's key as the browser wants it", () => {
    expect([...keyBytes("BP__-w")]).toEqual([4, 255, 255, 251]);
  });
});
