import { describe, expect, it } from "vitest";
import { clockSegments, clockSpent } from "./clock";

const HOUR = 3_600_000;
const at = (hour: number) => new Date(Date.UTC(2026, 10, 21, hour)).toISOString();
const shape = (parts: ReturnType<typeof clockSegments>) =>
  parts.map((part) => [part.kind, (part.until - part.from) / HOUR]);

describe("a clock drawn as a bar", () => {
  it("runs, then has time left", () => {
    const parts = clockSegments({ startedAt: at(0), dueAt: at(20), doneAt: null, pauses: [] }, at(5));
    expect(shape(parts)).toEqual([
      ["running", 5],
      ["left", 15],
    ]);
    expect(parts.reduce((sum, part) => sum + part.percent, 0)).toBeCloseTo(100);
  });

  it("shows every pause, and net time leaves them out", () => {
    const pauses = [
      { since: at(6), until: at(8), reason: "weather" },
      { since: at(2), until: at(3), reason: "no_access" },
    ];
    const parts = clockSegments({ startedAt: at(0), dueAt: at(20), doneAt: at(10), pauses }, at(15));
    expect(shape(parts)).toEqual([
      ["running", 2],
      ["paused", 1],
      ["running", 3],
      ["paused", 2],
      ["running", 2],
      ["left", 10],
    ]);
    expect(clockSpent(parts)).toEqual({ gross: 10 * HOUR, net: 7 * HOUR });
  });

  it("turns over once past due, and an open pause lasts until now", () => {
    const late = clockSegments({ startedAt: at(0), dueAt: at(4), doneAt: null, pauses: [] }, at(6));
    expect(shape(late)).toEqual([
      ["running", 4],
      ["over", 2],
    ]);
    const paused = clockSegments(
      {
        startedAt: at(0),
        dueAt: at(10),
        doneAt: null,
        pauses: [{ since: at(3), until: null, reason: "unsafe" }],
      },
      at(5),
    );
    expect(shape(paused)).toEqual([
      ["running", 3],
      ["paused", 2],
      ["left", 5],
    ]);
  });

  it("draws nothing for a clock without length", () => {
    expect(clockSegments({ startedAt: at(4), dueAt: at(4), doneAt: null, pauses: [] }, at(4))).toEqual([]);
  });
});
