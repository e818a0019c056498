import { describe, expect, it } from "vitest";
import type { Place } from "../../api/types";
import { nudged } from "../../device/geo";
import { measured, metresInWords } from "./closing";

const JOB: Place = { longitude: -0.9, latitude: 52.24, accuracy_m: 8, source: "gps" };
const taken = (eastM: number, accuracy_m: number | null): Place => ({
  ...nudged(JOB, eastM, 0),
  accuracy_m,
  source: "gps",
});

describe("where an after photo was taken", () => {
  it.each([
    ["at the place", taken(12, 6), "there", "12 m from the place, known within 6 m"],
    ["at the very edge", taken(49, 50), "there", "49 m from the place, known within 50 m"],
    ["beyond it", taken(52, 6), "away", "52 m from the place, known within 6 m"],
    ["from the depot", taken(3210, 12), "away", "3.2 km from the place, known within 12 m"],
    ["near, but who knows", taken(20, 180), "rough", "20 m from the place, known within 180 m"],
    ["near, and nobody measured how well", taken(20, null), "rough", "20 m from the place"],
  ] as [string, Place, string, string][])("%s", (_, place, state, words) => {
    expect(measured(place, JOB)).toMatchObject({ state, words });
  });

  it("is not known without a fix, and says so", () => {
    expect(measured(null, JOB)).toEqual({
      state: "unknown",
      distance_m: null,
      words: "This phone does not know where it is",
    });
  });

  it.each([
    [0.2, "1 m"],
    [99.4, "99 m"],
    [184, "180 m"],
    [1449, "1.4 km"],
    [12_300, "12 km"],
  ])("%d metres are said as %s", (metres, words) => {
    expect(metresInWords(metres)).toBe(words);
  });
});
