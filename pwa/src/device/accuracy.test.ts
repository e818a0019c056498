import { describe, expect, it } from "vitest";
import { accuracyWords, distanceWords } from "./accuracy";
import { distanceM, nearest, nudged } from "./geo";

describe("how well a place is known, in words", () => {
  it.each([
    [6, 0, "good", "within 6 m"],
    [0.4, 0, "good", "within 1 m"],
    [20, 0, "good", "within 20 m"],
    [35, 0, "fair", "within 35 m"],
    [180, 0, "poor", "poor: within 180 m, stand still or pick the street"],
    [3000, 0, "poor", "poor: within 3.0 km, stand still or pick the street"],
    [6, 5 * 60_000, "fair", "within 6 m, 5 min old"],
  ])("%d m, %d ms old", (accuracy, age, quality, words) => {
    expect(accuracyWords(accuracy, age)).toEqual({ quality, words });
  });
  it("says that it doesn't know", () => {
    expect(accuracyWords(null).quality).toBe("none");
    expect(accuracyWords(Number.NaN).quality).toBe("none");
  });
  it("says how far something is", () => {
    expect([4, 44, 1234].map(distanceWords)).toEqual(["right here", "40 m away", "1.2 km away"]);
  });
});

describe("sums on the globe", () => {
  const town = { longitude: -0.9, latitude: 52.24 };
  it("moves a place by metres and measures the same", () => {
    expect(distanceM(town, nudged(town, 30, 40))).toBeCloseTo(50, 1);
    expect(nudged(town, 5, 0).longitude).toBeGreaterThan(town.longitude);
  });
  it("keeps what is near, nearest first", () => {
    const all = [100, 20, 700].map((east) => nudged(town, east, 0));
    expect(nearest(all, town, 300, (p) => p).map((hit) => Math.round(hit.distance_m))).toEqual([20, 100]);
  });
});
