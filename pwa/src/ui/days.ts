import { COUNCIL_ZONE, formatter } from "./due";

/** "26 May 2026" of a day (YYYY-MM-DD), or of a moment on the council's clocks; "" of what is neither. */
export function longDay(day: string): string {
  const at = new Date(day.length === 10 ? `${day}T12:00:00Z` : day);
  if (Number.isNaN(at.getTime())) return "";
  return formatter(COUNCIL_ZONE, { day: "numeric", month: "long", year: "numeric" }).format(at);
}
