const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const COUNCIL_ZONE = "Europe/London";

const formatters = new Map<string, Intl.DateTimeFormat>();

export function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    formatters.set(key, found);
  }
  return found;
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

function dayNumber(at: Date, zone: string): number {
  const [day, month, year] = formatter(zone, { day: "numeric", month: "numeric", year: "numeric" })
    .format(at)
    .split("/")
    .map(Number) as [number, number, number];
  return Date.UTC(year, month - 1, day) / DAY;
}

/** "Sat 21 Nov 2026, 17:00" in the council's own time. */
export function exactTime(at: string | Date, zone: string = COUNCIL_ZONE): string {
  const date = new Date(at);
  const day = formatter(zone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(date);
  return `${day.replace(",", "")}, ${clockTime(date, zone)}`;
}

/** "17:00" in the council's own time. */
export function clockTime(at: string | Date, zone: string = COUNCIL_ZONE): string {
  return formatter(zone, CLOCK).format(new Date(at));
}

/** A length of time in its one largest unit: "40 min", "5 h", "3 days". Milliseconds in. */
export function spanInWords(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length < HOUR) return `${Math.max(1, Math.floor(length / MINUTE))} min`;
  if (length < DAY) return `${Math.floor(length / HOUR)} h`;
  const days = Math.floor(length / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

/** When something is due, as people say it: "in 3 h", "today 17:00", "tomorrow 09:00",
 *  "Thu 17:00", "3 Dec", "40 min late", "2 days late". Times of day are the council's. */
export function dueInWords(due: string | Date, now: string | Date, zone: string = COUNCIL_ZONE): string {
  const at = new Date(due);
  const today = new Date(now);
  const left = at.getTime() - today.getTime();
  if (Math.abs(left) < MINUTE) return "due now";
  if (left < 0) return `${spanInWords(left)} late`;
  if (left < 6 * HOUR) return `in ${spanInWords(left)}`;
  const days = dayNumber(at, zone) - dayNumber(today, zone);
  if (days === 0) return `today ${clockTime(at, zone)}`;
  if (days === 1) return `tomorrow ${clockTime(at, zone)}`;
  if (days < 7) return `${formatter(zone, { weekday: "short" }).format(at)} ${clockTime(at, zone)}`;
  const sameYear = at.getUTCFullYear() === today.getUTCFullYear();
  return formatter(zone, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** How long ago, as people say it: "just now", "5 min ago", "yesterday 16:20", "12 Nov". */
export function agoInWords(then: string | Date, now: string | Date, zone: string = COUNCIL_ZONE): string {
  const at = new Date(then);
  const today = new Date(now);
  const gone = today.getTime() - at.getTime();
  if (gone < MINUTE) return "just now";
  if (gone < 6 * HOUR) return `${spanInWords(gone)} ago`;
  const days = dayNumber(today, zone) - dayNumber(at, zone);
  if (days === 0) return `today ${clockTime(at, zone)}`;
  if (days === 1) return `yesterday ${clockTime(at, zone)}`;
  if (days < 7) return `${days} days ago`;
  const sameYear = at.getUTCFullYear() === today.getUTCFullYear();
  return formatter(zone, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

export type DueState = "late" | "at_risk" | "on_time";

const NEAR = 2 * HOUR;

/** Late once past due; at risk from `atRiskAt` on, or in the last two hours where nobody set it. */
export function dueState(due: string | Date, now: string | Date, atRiskAt?: string | Date | null): DueState {
  const end = new Date(due).getTime();
  const at = new Date(now).getTime();
  if (at > end) return "late";
  const risk = atRiskAt ? new Date(atRiskAt).getTime() : end - NEAR;
  return at >= risk ? "at_risk" : "on_time";
}

/** The instant a clock stands at: now, or when its pause began. */
export function clockNow(now: Date, paused: { since: string } | null): Date {
  return paused ? new Date(Math.min(now.getTime(), new Date(paused.since).getTime())) : now;
}
