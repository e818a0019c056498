/** Which place a report will carry, and which street it is on. Pure. */
import type { Place, Point, Street } from "../api/types";
import { type AccuracyWords, accuracyWords, POOR_M } from "./accuracy";
import { nearest } from "./geo";
import { type Fix, placeOf } from "./position";

/** Beyond this a street is not "where we are", only the least far. */
const NEAR_STREET_M = 150;
/** A place this vague is not taken without a street: nobody would find it. */
export const USELESS_M = 200;

export function chosenPlace(corrected: Place | null, fix: Fix | null): Place | null {
  return corrected ?? (fix ? placeOf(fix) : null);
}

export function nearestStreet(streets: readonly Street[], at: Point | null): string {
  if (!at) return "";
  return nearest(streets, at, NEAR_STREET_M, (street) => street)[0]?.item.name ?? "";
}

export function placeWords(place: Place | null, now: Date): AccuracyWords {
  if (!place) return accuracyWords(null);
  if (place.source === "street") return { quality: "fair", words: "from the street you picked" };
  if (place.source === "map") return { quality: "good", words: "where you put it on the map" };
  const age = place.fix_at ? now.getTime() - Date.parse(place.fix_at) : 0;
  return accuracyWords(place.accuracy_m, age);
}

/** What is missing before a report can be saved, or null. */
export function placeProblem(place: Place | null, street: string): string | null {
  if (!place) return "Sightline doesn't know where this is yet. Wait for the place, or pick the street.";
  const vague = place.source === "gps" && (place.accuracy_m ?? 0) > USELESS_M;
  if (vague && !street.trim()) {
    return "The place is too vague to find this again. Pick the street, or stand still for a moment.";
  }
  return null;
}

/** True when the place alone will not lead a crew there. */
export function isPoor(place: Place | null): boolean {
  return place?.source === "gps" && (place.accuracy_m ?? 0) > POOR_M;
}

/** A long street has a point every hundred metres; people know it by one name. */
function onceEach<T extends { item: Street }>(found: readonly T[]): T[] {
  const names = new Set<string>();
  return found.filter(({ item }) => !names.has(item.name) && names.add(item.name));
}

/** Streets that answer what was typed, nearest first; without typing, the nearest ones. */
export function streetChoices(
  streets: readonly Street[],
  typed: string,
  at: Point | null,
): { item: Street; distance_m: number | null }[] {
  const words = typed.trim().toLowerCase();
  const fitting = words ? streets.filter((street) => street.name.toLowerCase().includes(words)) : streets;
  if (at) return onceEach(nearest(fitting, at, 40_000_000, (street) => street)).slice(0, 12);
  return onceEach(fitting.map((item) => ({ item, distance_m: null }))).slice(0, 12);
}
