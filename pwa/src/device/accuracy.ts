/** How well a place is known, in words a person can act on. Pure. */

export type PlaceQuality = "good" | "fair" | "poor" | "none";

export interface AccuracyWords {
  quality: PlaceQuality;
  words: string;
}

/** Up to here a crew finds the thing without searching. */
export const GOOD_M = 20;
/** Beyond this the place alone does not lead anybody there: a street is needed. */
export const POOR_M = 50;
/** A fix older than this may belong to where the person was before. */
const OLD_MS = 2 * 60_000;

function metres(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(value >= 10_000 ? 0 : 1)} km`;
  return `${Math.max(1, Math.round(value >= 100 ? value / 10 : value) * (value >= 100 ? 10 : 1))} m`;
}

/** "within 6 m"; "poor: within 180 m, stand still or pick the street". Metres and milliseconds in. */
export function accuracyWords(accuracyM: number | null, ageMs = 0): AccuracyWords {
  if (accuracyM === null || !Number.isFinite(accuracyM)) {
    return { quality: "none", words: "place not known yet" };
  }
  const within = `within ${metres(accuracyM)}`;
  const old = ageMs > OLD_MS ? `, ${Math.round(ageMs / 60_000)} min old` : "";
  if (accuracyM > POOR_M) {
    return { quality: "poor", words: `poor: ${within}${old}, stand still or pick the street` };
  }
  if (accuracyM > GOOD_M || old) return { quality: "fair", words: `${within}${old}` };
  return { quality: "good", words: within };
}

/** "40 m away", "1.2 km away". */
export function distanceWords(distanceM: number): string {
  if (distanceM < 10) return "right here";
  if (distanceM < 1000) return `${Math.round(distanceM / 10) * 10} m away`;
  return `${(distanceM / 1000).toFixed(1)} km away`;
}
