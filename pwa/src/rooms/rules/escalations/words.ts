/** Ladders in words. */
import type { Step } from "./shapes";

export const ROLES: Readonly<Record<string, string>> = {
  crew: "Crew",
  dispatcher: "Dispatchers",
  manager: "Managers",
  administrator: "Administrators",
};

const MINUTES = { days: 1440, hours: 60, minutes: 1 } as const;
export type Unit = keyof typeof MINUTES;
export const UNITS = Object.keys(MINUTES) as Unit[];

/** "4 hours after it is due", "30 minutes before it is due", "as soon as it is late". */
export function whenInWords(afterMinutes: number): string {
  if (afterMinutes === 0) return "as soon as it is late";
  const { amount, unit } = amountOf(Math.abs(afterMinutes));
  const counted = amount === 1 ? `1 ${unit.slice(0, -1)}` : `${amount} ${unit}`;
  return `${counted} ${afterMinutes < 0 ? "before" : "after"} it is due`;
}

/** The largest unit in which the minutes are a whole number; hours up to two days, as people speak of them. */
export function amountOf(minutes: number): { amount: number; unit: Unit } {
  if (minutes >= 2 * MINUTES.days && minutes % MINUTES.days === 0)
    return { amount: minutes / MINUTES.days, unit: "days" };
  if (minutes > 0 && minutes % MINUTES.hours === 0) return { amount: minutes / MINUTES.hours, unit: "hours" };
  return { amount: minutes, unit: "minutes" };
}

export function minutesOf(amount: number, unit: Unit): number {
  return Math.round(amount * MINUTES[unit]);
}

/** Who hears of it: the person, or everybody of the role where nobody is named or who is named has left. */
export function whoInWords(step: Step, organisation: string): string {
  const everybody = `all ${(ROLES[step.role] ?? step.role).toLowerCase()} of ${step.of_council ? "the council" : organisation}`;
  if (!step.person) return everybody;
  return step.person_has_left ? `${everybody} (${step.person.name} has left)` : step.person.name;
}
