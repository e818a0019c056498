import type { Polygon } from "geojson";
import { describe, expect, it } from "vitest";
import { circleAround, dayAfter } from "./ground";

describe("the ground of a new hotspot", () => {
  it("is a closed ring whose corners lie as far from the middle as was asked", () => {
    const middle = { longitude: -0.9, latitude: 52.24 };
    const { boundary } = circleAround(middle, 150);
    const ring = ((boundary as Polygon).coordinates[0] ?? []) as [number, number][];
    expect(ring).toHaveLength(49);
    expect(ring[48]).toEqual(ring[0]);
    for (const [longitude, latitude] of ring) {
      const east = (longitude - middle.longitude) * 111_195 * Math.cos((middle.latitude * Math.PI) / 180);
      const north = (latitude - middle.latitude) * 111_195;
      expect(Math.hypot(east, north)).toBeCloseTo(150, 1);
    }
  });
});

describe("the days that are proposed", () => {
  it("are the council's, not those of the world's clock", () => {
    expect(dayAfter(new Date("2026-06-30T23:30:00Z"), 0)).toBe("2026-07-01");
    expect(dayAfter(new Date("2026-12-31T12:00:00Z"), 1)).toBe("2027-01-01");
  });
});
