/** What the calendar says in words: days and months as YYYY-MM-DD, times on the council's clocks. Pure. */
import { COUNCIL_ZONE, longDay } from "../../../ui";

const DAY_MS = 86_400_000;

function noon(day: string): Date {
  return new Date(`${day.slice(0, 10)}T12:00:00Z`);
}

function written(at: Date, how: Intl.DateTimeFormatOptions): string {
  return at.toLocaleDateString("en-GB", { ...how, timeZone: COUNCIL_ZONE });
}

/** "Tuesday 24 November". */
export function dayInWords(day: string): string {
  return written(noon(day), { weekday: "long", day: "numeric", month: "long" });
}

/** "November 2026" of any day in it. */
export function monthInWords(day: string): string {
  return written(noon(day), { month: "long", year: "numeric" });
}

/** "16 to 22 November 2026"; one day as itself. */
export function daysInWords(first: string, last: string): string {
  if (first === last) return longDay(first);
  if (first.slice(0, 7) === last.slice(0, 7)) return `${Number(first.slice(8))} to ${longDay(last)}`;
  return `${longDay(first)} to ${longDay(last)}`;
}

/** The local day of a moment, on the council's clocks. */
export function dayOf(at: string | Date): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: COUNCIL_ZONE, dateStyle: "short" });
  return parts.format(new Date(at));
}

/** "09:30" on the council's clocks. */
export function timeOf(at: string | Date): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: COUNCIL_ZONE });
}

/** "10:00 to 11:30". */
export function fromTo(at: string, minutes: number): string {
  return `${timeOf(at)} to ${timeOf(new Date(Date.parse(at) + minutes * 60_000))}`;
}

export function plusDays(day: string, count: number): string {
  return new Date(noon(day).getTime() + count * DAY_MS).toISOString().slice(0, 10);
}

/** The first day of the month `count` months on. */
export function plusMonths(day: string, count: number): string {
  const at = noon(day);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1, 12)).toISOString().slice(0, 10);
}

/** The weeks that a month lies in, each from Monday to Sunday. */
export function weeksOf(day: string): string[][] {
  const first = plusMonths(day, 0);
  const next = plusMonths(day, 1);
  const weeks: string[][] = [];
  let at = plusDays(first, -((noon(first).getUTCDay() + 6) % 7));
  while (at < next) {
    const monday = at;
    weeks.push(Array.from({ length: 7 }, (_, each) => plusDays(monday, each)));
    at = plusDays(at, 7);
  }
  return weeks;
}

/** "1 h 30 min". */
export function lengthInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ");
}
