import { counted, longDay } from "../../../ui";
import type { DryRun, Route } from "./shapes";

const DAY_MS = 86_400_000;

/** The day before or after a local day. */
export function dayBeside(day: string, by: 1 | -1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/** From when to when a route holds; the book keeps the first day without it, people say the last day with it. */
export function datesInWords(route: Pick<Route, "valid_from" | "valid_until">): string {
  const from = `from ${longDay(route.valid_from)}`;
  return route.valid_until ? `${from} to ${longDay(dayBeside(route.valid_until, -1))}` : from;
}

/** "Next working day: 1 working day", and "5 working days" where the name says it already. */
export function targetInWords(level: { name: string; in_words: string }): string {
  return level.name === level.in_words ? level.name : `${level.name}: ${level.in_words}`;
}

/** The result of a trial in one sentence: what would have gone elsewhere, what been due at another time. */
export function resultInWords(counts: NonNullable<DryRun["counts"]>): string {
  const { considered, elsewhere, other_time, otherwise } = counts;
  if (considered === 0) return "No report came in these 90 days: the draft could not be tried.";
  const parts = [
    elsewhere ? `${elsewhere.toLocaleString("en-GB")} would have gone elsewhere` : "",
    other_time ? `${other_time.toLocaleString("en-GB")} would have been due at another time` : "",
    otherwise ? `${otherwise.toLocaleString("en-GB")} would have gone to another team or been less or more urgent` : "",
  ].filter(Boolean);
  if (parts.length === 0) return `Nothing would have been different for the ${counted(considered, "report")} received.`;
  return `Of ${counted(considered, "report")}, ${listed(parts)}.`;
}

function listed(parts: readonly string[]): string {
  const last = parts[parts.length - 1] ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
