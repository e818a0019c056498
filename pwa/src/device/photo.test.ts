import { describe, expect, it } from "vitest";
import { takenAt } from "./photo";

const NOW = Date.parse("2026-06-10T09:30:00Z");
const file = (minutesAgo: number) => ({ lastModified: NOW - minutesAgo * 60_000 });

describe("when a photo was taken", () => {
  it.each([
    ["by the camera just now", true, 0, "2026-06-10T09:30:00.000Z"],
    ["by the camera, which leaves an odd time on its file", true, 600, "2026-06-10T09:30:00.000Z"],
    ["chosen from the album, an hour old", false, 60, "2026-06-10T08:30:00.000Z"],
    ["chosen, taken a minute ago with the phone's own camera", false, 1, "2026-06-10T09:30:00.000Z"],
    ["chosen, with no time at all on its file", false, NOW / 60_000, "2026-06-10T09:30:00.000Z"],
    ["chosen, with a time that is yet to come", false, -600, "2026-06-10T09:30:00.000Z"],
  ])("%s", (_how, camera, minutesAgo, taken) => {
    expect(takenAt(file(minutesAgo), camera, NOW).toISOString()).toBe(taken);
  });
});
