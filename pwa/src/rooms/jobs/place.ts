import type { Place } from "../../api/types";

/** A link that opens the phone's own map at the place, with the way there. Coordinates are rounded
 *  to a tenth of a metre. `agent` is the browser's user agent. */
export function directionsTo(place: Place, label: string, agent: string): string {
  const at = `${place.latitude.toFixed(6)},${place.longitude.toFixed(6)}`;
  if (/Android/i.test(agent)) return `geo:${at}?q=${at}(${encodeURIComponent(label)})`;
  if (/iPhone|iPad|iPod/i.test(agent)) return `maps://?daddr=${at}`;
  return `https://www.openstreetmap.org/directions?to=${encodeURIComponent(at)}`;
}

/** "300 m away", "1.2 km away": as the crow flies. */
export function awayInWords(metres: number): string {
  if (metres < 30) return "right here";
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m away`;
  return `${(metres / 1000).toFixed(metres >= 10_000 ? 0 : 1)} km away`;
}

/** "within 6 m", or "only within 180 m: look around"; empty where nobody measured it. */
export function accuracyInWords(place: Place): string {
  const within = place.accuracy_m;
  if (within === null) return "";
  const metres = Math.max(1, Math.round(within));
  return metres <= 30 ? `within ${metres} m` : `only within ${metres} m: look around`;
}

const HOUR_MS = 3_600_000;

/** Milliseconds since midnight by the clocks of the zone. */
function sinceMidnightMs(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return (value("hour") * 3600 + value("minute") * 60 + value("second")) * 1000 + (at.getTime() % 1000);
}

/** The start of the council's day that `now` is in. */
export function councilMidnight(now: Date, zone = "Europe/London"): Date {
  const found = new Date(now.getTime() - sinceMidnightMs(now, zone));
  // Where the clocks changed since midnight this is an hour off, to one side or the other.
  const off = sinceMidnightMs(found, zone);
  return new Date(found.getTime() - (off > 12 * HOUR_MS ? off - 24 * HOUR_MS : off));
}

/** The starts of the council's days: of the one that `now` is in, and of the next seven. */
export function councilDays(now: Date, zone = "Europe/London"): Date[] {
  const first = councilMidnight(now, zone);
  // Half a day on from any midnight, give or take the hour of a clock change, is in the day that it began.
  return Array.from({ length: 8 }, (_, i) =>
    councilMidnight(new Date(first.getTime() + (i * 24 + 12) * HOUR_MS), zone),
  );
}
