import type { Status } from "../../../ui";
import { longDay } from "../../../ui";
import type { Action, ActionState, Attribute, CostBand, PlanState } from "./shapes";

const DAY_MS = 86_400_000;

export const PLAN_STATE: Record<PlanState, Status> = {
  draft: { tone: "idle", icon: "edit", word: "Draft" },
  submitted: { tone: "risk", icon: "clock", word: "Waits for approval" },
  approved: { tone: "good", icon: "check", word: "Approved" },
  returned: { tone: "risk", icon: "returned", word: "Returned for changes" },
};

export const ACTION_STATE: Record<ActionState, Status> = {
  proposed: { tone: "idle", icon: "open", word: "Proposed" },
  agreed: { tone: "busy", icon: "check", word: "Agreed" },
  started: { tone: "busy", icon: "progress", word: "Started" },
  done: { tone: "good", icon: "check-double", word: "Done" },
  not_done: { tone: "late", icon: "warning", word: "Not done" },
  removed_on_purpose: { tone: "idle", icon: "undo", word: "Removed on purpose" },
  dropped: { tone: "idle", icon: "cancelled", word: "Dropped" },
};

/** The seven attributes of "Safer Places". */
export const ATTRIBUTES: readonly { value: Attribute; label: string }[] = [
  { value: "access_and_movement", label: "Access and movement" },
  { value: "structure", label: "Structure" },
  { value: "surveillance", label: "Surveillance" },
  { value: "ownership", label: "Ownership" },
  { value: "physical_protection", label: "Physical protection" },
  { value: "activity", label: "Activity" },
  { value: "management_and_maintenance", label: "Management and maintenance" },
];

export const COSTS: readonly { value: CostBand; label: string }[] = [
  { value: "none", label: "No cost" },
  { value: "under_500", label: "Under £500" },
  { value: "500_to_5000", label: "£500 to £5,000" },
  { value: "5000_to_25000", label: "£5,000 to £25,000" },
  { value: "over_25000", label: "Over £25,000" },
];

/** What may be said of an action, as a button has it. */
export const STEP_WORDS: Record<Exclude<ActionState, "agreed">, string> = {
  proposed: "Propose it again",
  started: "It has started",
  done: "It is done",
  not_done: "It was not done",
  removed_on_purpose: "It was removed on purpose",
  dropped: "Drop it",
};

/** These are said with a reason. */
export const NEEDS_WORDS: ReadonlySet<ActionState> = new Set(["not_done", "removed_on_purpose", "dropped"]);

/** Whole days from one local day to another; negative when it is past. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / DAY_MS);
}

/** When an action is due, as people say it: "today", "in 5 days", "12 days late", "3 March 2026". */
export function dueOnInWords(day: string, today: string): string {
  const left = daysUntil(day, today);
  if (left === 0) return "today";
  if (left === 1) return "tomorrow";
  if (left === -1) return "1 day late";
  if (left < 0) return `${-left} days late`;
  return left <= 28 ? `in ${left} days` : longDay(day);
}

/** Who keeps up what an action builds; "" where it builds nothing or nobody has said. */
export function upkeepInWords(action: Action): string {
  if (!action.builds) return "";
  const { maintenance_owner: owner, maintenance_years: years, no_maintenance_reason: reason } = action;
  if (owner && years) return `Kept up by ${owner} for ${years === 1 ? "1 year" : `${years} years`}`;
  return reason ? `No upkeep planned: ${reason}` : "";
}

/** What an action comes from, without saying its title again: "D-0042", "the answer “fail”". */
export function sourceInWords(action: Pick<Action, "source" | "source_words" | "title">): string {
  const { source, source_words: words, title } = action;
  if (words === title) return "";
  if (source === "defect") {
    const [number = "", what = ""] = words.split(": ");
    return what.toLowerCase() === title.toLowerCase() ? number : words;
  }
  if (source === "answer" && words.startsWith(`${title}: `)) return `the answer “${words.slice(title.length + 2)}”`;
  return words;
}

/** What an action lacks, as one sentence: "Still needs an owner and a due day." */
export function lacksInWords(lacks: readonly string[]): string {
  const [first, ...rest] = lacks.map((one) => one.charAt(0).toLowerCase() + one.slice(1));
  if (!first) return "";
  const last = rest.pop();
  const all = last ? `${[first, ...rest].join(", ")} and ${last}` : first;
  return `Still needs ${all.replace(/^who/, "word of who")}`;
}
