import type { Point } from "../api/types";
import type { Box } from "./types";

const MARGIN = 0.15;
/** Smallest box worth showing, degrees: about 200 m. */
const LEAST = 0.002;

/** The box around points with a margin, or null where there are none. Degrees in and out. */
export function boxAround(points: readonly Point[]): Box | null {
  if (points.length === 0) return null;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const point of points) {
    west = Math.min(west, point.longitude);
    east = Math.max(east, point.longitude);
    south = Math.min(south, point.latitude);
    north = Math.max(north, point.latitude);
  }
  const wide = Math.max((east - west) * MARGIN, LEAST / 2);
  const high = Math.max((north - south) * MARGIN, LEAST / 2);
  return [west - wide, south - high, east + wide, north + high];
}

/** "west,south,east,north" with about a metre of precision, as the server's `bbox` takes it. */
export function boxText(box: Box): string {
  return box.map((degrees) => degrees.toFixed(5)).join(",");
}
