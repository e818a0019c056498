import type { Named, Organisation, Photo, Place } from "./types";

export type SightingFor = "wardens" | "police";
export type SightingKind = "needles" | "drug_area" | "rough_sleeping" | "suspicious" | "other";
/** What a crew saw at its work and told wardens or police. */
export interface Sighting {
  id: string;
  to: SightingFor;
  kind: SightingKind;
  words: string;
  note: string;
  place: Place;
  street_text: string;
  ward: Named | null;
  defect: { id: string; number: string } | null;
  reported_by: Named;
  organisation: Organisation;
  seen_at: string;
  received_at: string;
  photos: Photo[];
  closed_at: string | null;
  closed_by: Named | null;
  closed_note: string;
  can_close: boolean;
}
export interface SightingPage {
  count: number;
  results: Sighting[];
}
