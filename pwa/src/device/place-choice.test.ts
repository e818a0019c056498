import { describe, expect, it } from "vitest";
import type { Place } from "../api/types";
import { isPoor, nearestStreet, placeProblem, placeWords, streetChoices } from "./place-choice";

const gps = (accuracy_m: number): Place => ({ longitude: 1.6, latitude: 53.3, accuracy_m, source: "gps" });
const STREETS = [
  { name: "Raker Street", longitude: 1.602, latitude: 53.3 },
  { name: "Raker Street", longitude: 1.6005, latitude: 53.3 },
  { name: "Fuller Street", longitude: 1.601, latitude: 53.3 },
];

describe("the place of a report", () => {
  it("is refused when nobody could find it again", () => {
    expect(placeProblem(null, "Raker Street")).toContain("doesn't know where this is");
    expect(placeProblem(gps(3000), "")).toContain("too vague");
    expect(placeProblem(gps(3000), "Raker Street")).toBeNull();
    expect(placeProblem(gps(180), "")).toBeNull();
  });
  it("is said in words, also when a person put it right", () => {
    const now = new Date("2026-11-21T09:00:00Z");
    expect(placeWords(gps(6), now).words).toBe("within 6 m");
    expect(placeWords({ ...gps(6), source: "map" }, now).words).toBe("where you put it on the map");
    expect([isPoor(gps(6)), isPoor(gps(180)), isPoor(null)]).toEqual([false, true, false]);
  });
  it("names the nearest street, if one is near", () => {
    expect(nearestStreet(STREETS, gps(6))).toBe("Raker Street");
    expect(nearestStreet(STREETS, { longitude: 2, latitude: 53.3 })).toBe("");
  });
  it("offers each street once, nearest first, or by what was typed", () => {
    expect(streetChoices(STREETS, "", gps(6)).map((s) => s.item.name)).toEqual(["Raker Street", "Fuller Street"]);
    expect(streetChoices(STREETS, "ful", null).map((s) => s.item.name)).toEqual(["Fuller Street"]);
  });
});
