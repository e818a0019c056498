/** Small sums on the globe, good to well under a metre at street distances. Pure. */
import type { Point } from "../api/types";

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Metres between two points (haversine). */
export function distanceM(a: Point, b: Point): number {
  const dLat = (b.latitude - a.latitude) * RAD;
  const dLon = (b.longitude - a.longitude) * RAD;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.latitude * RAD) * Math.cos(b.latitude * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The point `eastM` metres to the east and `northM` to the north. */
export function nudged(from: Point, eastM: number, northM: number): Point {
  return {
    longitude: from.longitude + eastM / (EARTH_M * RAD * Math.cos(from.latitude * RAD)),
    latitude: from.latitude + northM / (EARTH_M * RAD),
  };
}

/** Those within `radiusM`, nearest first, each with its distance. */
export function nearest<T>(
  all: readonly T[],
  to: Point,
  radiusM: number,
  pointOf: (item: T) => Point,
): { item: T; distance_m: number }[] {
  const latMargin = radiusM / (EARTH_M * RAD);
  return all
    .filter((item) => Math.abs(pointOf(item).latitude - to.latitude) <= latMargin)
    .map((item) => ({ item, distance_m: distanceM(pointOf(item), to) }))
    .filter(({ distance_m }) => distance_m <= radiusM)
    .sort((a, b) => a.distance_m - b.distance_m);
}
