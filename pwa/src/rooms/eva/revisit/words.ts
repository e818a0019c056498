/** What a re-visit says in words: answers, grades, days, changes. Pure. */

import type { Status } from "../../../ui";
import { longDay } from "../../../ui";

/** What can be said of a carried thing. */
export type Outcome = "done" | "not_done" | "worse" | "removed_on_purpose";

export const OUTCOME: Readonly<Record<Outcome, Status>> = {
  done: { tone: "good", icon: "check", word: "Done" },
  not_done: { tone: "risk", icon: "returned", word: "Not done" },
  worse: { tone: "late", icon: "hazard", word: "Worse" },
  removed_on_purpose: { tone: "idle", icon: "cancelled", word: "Removed on purpose" },
};
/** In the order of the thumb: what is said most stands first. */
export const OUTCOMES = Object.keys(OUTCOME) as Outcome[];

export const GRADE: Readonly<Record<string, Status>> = {
  green: { tone: "good", icon: "check", word: "Green" },
  amber: { tone: "risk", icon: "warning", word: "Amber" },
  red: { tone: "late", icon: "hazard", word: "Red" },
};
const UNGRADED: Status = { tone: "idle", icon: "open", word: "Not graded" };

export function gradeStatus(grade: string | null | undefined): Status {
  return (grade && GRADE[grade]) || UNGRADED;
}

export type Change = "better" | "same" | "worse" | "unknown";
export const CHANGE: Readonly<Record<Change, Status>> = {
  better: { tone: "good", icon: "check", word: "Better" },
  same: { tone: "idle", icon: "repeat", word: "About the same" },
  worse: { tone: "late", icon: "warning", word: "Worse" },
  unknown: { tone: "idle", icon: "open", word: "Can't be compared" },
};

export function percentInWords(percent: number | null | undefined): string {
  return percent === null || percent === undefined ? "" : `${Math.round(percent)}%`;
}

export function monthInWords(day: string): string {
  return new Date(`${day.slice(0, 10)}T12:00:00Z`).toLocaleDateString("en-GB", { month: "short", year: "numeric" });
}

/** When a re-visit is due: "12 days late", "today", "by 26 May 2026". */
export function dueOnInWords(row: { due_on: string; days_late: number }, today: string): string {
  if (row.days_late > 0) return row.days_late === 1 ? "1 day late" : `${row.days_late} days late`;
  return row.due_on === today ? "Due today" : `By ${longDay(row.due_on)}`;
}
