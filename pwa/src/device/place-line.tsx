import type { Place } from "../api/types";
import { Icon } from "../ui";
import { placeWords } from "./place-choice";
import { positionStatus } from "./position";
import "./place-line.css";

const WITHOUT: Record<string, string> = {
  denied: "This phone may not tell Sightline where it is. Allow it in the browser's settings, or pick the street.",
  unavailable: "The phone can't find its place here. Pick the street.",
  asking: "Finding the place",
  idle: "Finding the place",
  ok: "Finding the place",
};

/** Where this is and how well that is known: an icon, a colour and words. */
export function PlaceLine({ place, now }: { place: Place | null; now: Date }) {
  const { quality, words } = placeWords(place, now);
  const text = place
    ? `Place known ${words}`.replace("known poor:", "poor:").replace("known from", "from")
    : WITHOUT[positionStatus.value];
  return (
    <p class={`place-line place-${quality}`} role="status">
      <Icon name={quality === "poor" ? "warning" : "locate"} />
      <span>{text}</span>
    </p>
  );
}
