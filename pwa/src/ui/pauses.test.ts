import { expect, it } from "vitest";
import { pausesOf } from "./pauses";

const line = (at: string, kind: string, words = "") => ({ at, kind, words, actor: null });

it("reads every pause from the story, and ends each with what came next", () => {
  const story = [
    line("2026-11-21T08:00:00Z", "job.opened"),
    line("2026-11-21T09:00:00Z", "job.paused", "Paused by Ellis: no access"),
    line("2026-11-21T10:00:00Z", "job.resumed"),
    line("2026-11-21T11:00:00Z", "job.paused", "Paused by Ellis: weather"),
  ];
  expect(pausesOf(story, { reason: "weather", since: "2026-11-21T11:00:00Z" })).toEqual([
    { since: "2026-11-21T09:00:00Z", until: "2026-11-21T10:00:00Z", reason: "no access" },
    { since: "2026-11-21T11:00:00Z", until: null, reason: "weather" },
  ]);
});

it("shows the pause that is on when the story is not at hand", () => {
  expect(pausesOf([], { reason: "unsafe", since: "2026-11-21T11:00:00Z" })).toEqual([
    { since: "2026-11-21T11:00:00Z", until: null, reason: "unsafe" },
  ]);
});
