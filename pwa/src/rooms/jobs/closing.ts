/** Whether a photo was taken at the place of its job, in words. Pure. */
import type { Place } from "../../api/types";
import { distanceM } from "../../device/geo";

/** Beyond this a crew is asked why; a place known worse than this proves nothing. */
export const NEAR_M = 50;

export type Farness = "there" | "away" | "rough" | "unknown";

export interface Measured {
  state: Farness;
  distance_m: number | null;
  /** "12 m from the place, known within 6 m". */
  words: string;
}

/** Metres as people say them: 12 m, 180 m, 1.4 km. */
export function metresInWords(metres: number): string {
  if (metres >= 1000) return `${(metres / 1000).toFixed(metres >= 10_000 ? 0 : 1)} km`;
  return `${metres >= 100 ? Math.round(metres / 10) * 10 : Math.max(1, Math.round(metres))} m`;
}

/** `photo` is where the after photo was taken, or where the phone is now; `job` where the work is. */
export function measured(photo: Place | null, job: Place): Measured {
  if (!photo) return { state: "unknown", distance_m: null, words: "This phone does not know where it is" };
  const distance_m = distanceM(photo, job);
  const known = photo.accuracy_m === null ? "" : `, known within ${metresInWords(photo.accuracy_m)}`;
  const words = `${metresInWords(distance_m)} from the place${known}`;
  if (distance_m > NEAR_M) return { state: "away", distance_m, words };
  const rough = photo.accuracy_m === null || photo.accuracy_m > NEAR_M;
  return { state: rough ? "rough" : "there", distance_m, words };
}

/** Why a job is closed from afar, to choose from; what is sent is the label, and words may be added. */
export const AWAY_REASONS = [
  { value: "report_place_wrong", label: "The place on the report is wrong" },
  { value: "photo_later", label: "I took the photo after I had left" },
  { value: "could_not_get_closer", label: "I could not get closer" },
  { value: "phone_place_wrong", label: "The phone has its place wrong" },
] as const;
export type AwayReason = (typeof AWAY_REASONS)[number]["value"];
