import type { Point } from "../../../api/types";
import type { MapCell } from "../../../map";

const METRES_A_DEGREE = 111_195;
const CORNERS = 48;
const DAY_MS = 86_400_000;

/** A circle on the ground as the server draws it: 48 corners, true to a metre at these sizes. */
export function circleAround({ longitude, latitude }: Point, radiusM: number): MapCell {
  const north = radiusM / METRES_A_DEGREE;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  const ring = Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const angle = (2 * Math.PI * (corner % CORNERS)) / CORNERS;
    return [longitude + east * Math.cos(angle), latitude + north * Math.sin(angle)];
  });
  return { key: "new", name: "The new hotspot", weight: 0.6, boundary: { type: "Polygon", coordinates: [ring] } };
}

/** The council's local day so many days after an instant: "2026-03-31". */
export function dayAfter(now: Date, days: number): string {
  const local = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" });
  return local.format(new Date(now.getTime() + days * DAY_MS));
}
