import type { Place } from "../../api/types";

/** A link that opens the phone's own map at the place, with the way there. Coordinates are rounded
 *  to a tenth of a metre. `agent` is the browser's user agent. */
export function directionsTo(place: Place, label: string, agent: string): string {
  const at = `${place.latitude.toFixed(6)},${place.longitude.toFixed(6)}`;
  if (/Android/i.test(agent)) return `geo:${at}?q=${at}(${encodeURIComponent(label)})`;
  if (/iPhone|iPad|iPod/i.test(agent)) return `maps://?daddr=${at}`;
  return `https://www.openstreetmap.org/directions?to=${encodeURIComponent(at)}`;
}

/** "within 6 m", or a warning that the point is rough; empty where nobody measured it. */
export function accuracyInWords(place: Place): string {
  const within = place.accuracy_m;
  if (within === null) return "";
  const metres = Math.max(1, Math.round(within));
  return metres <= 30 ? `within ${metres} m` : `rough: within ${metres} m, look around`;
}

/** The start of the council's day that `now` is in. */
export function councilMidnight(now: Date, zone = "Europe/London"): Date {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const gone = (value("hour") * 3600 + value("minute") * 60 + value("second")) * 1000;
  return new Date(now.getTime() - gone - (now.getTime() % 1000));
}
