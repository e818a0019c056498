import type { IconName } from "./icons";

export type Tone = "idle" | "busy" | "good" | "risk" | "late";

/** A status as it is shown: never colour alone. */
export interface Status {
  tone: Tone;
  icon: IconName;
  word: string;
}

export const JOB_STATUS: Record<string, Status> = {
  open: { tone: "idle", icon: "open", word: "To do" },
  accepted: { tone: "busy", icon: "check", word: "Accepted" },
  in_progress: { tone: "busy", icon: "progress", word: "Started" },
  paused: { tone: "risk", icon: "pause", word: "Paused" },
  done: { tone: "good", icon: "check", word: "Done" },
  verified: { tone: "good", icon: "check-double", word: "Seen done" },
  returned: { tone: "risk", icon: "returned", word: "Handed back" },
  cancelled: { tone: "idle", icon: "cancelled", word: "Cancelled" },
};

/** What a job of a defect that needs two is for. */
export const JOB_KIND: Record<string, Status> = {
  make_safe: { tone: "risk", icon: "hazard", word: "Make safe" },
  complete: { tone: "idle", icon: "open", word: "Finish the work" },
};

export const DEFECT_STATUS: Record<string, Status> = {
  open: { tone: "idle", icon: "open", word: "Waiting for an owner" },
  routed: { tone: "busy", icon: "sent", word: "With a crew" },
  resolved: { tone: "good", icon: "check", word: "Fixed" },
  verified: { tone: "good", icon: "check-double", word: "Seen fixed" },
  rejected: { tone: "idle", icon: "cancelled", word: "Not taken on" },
  duplicate: { tone: "idle", icon: "duplicate", word: "Already known" },
};

/** Where a report of one's own is on its way, before the server has it. */
export const SYNC_STATUS: Record<string, Status> = {
  on_phone: { tone: "risk", icon: "phone", word: "On this phone" },
  sending: { tone: "busy", icon: "outbox", word: "Sending" },
  photos: { tone: "busy", icon: "photo", word: "Photos going" },
  sent: { tone: "good", icon: "sent", word: "Sent" },
  problem: { tone: "late", icon: "warning", word: "Needs you" },
  decides: { tone: "risk", icon: "team", word: "A dispatcher decides" },
  decided: { tone: "late", icon: "team", word: "Decided" },
};

export const SEVERITY: Record<number, Status> = {
  1: { tone: "late", icon: "hazard", word: "Critical" },
  2: { tone: "risk", icon: "warning", word: "High" },
  3: { tone: "idle", icon: "info", word: "Medium" },
  4: { tone: "idle", icon: "open", word: "Low" },
};

export const DUE_STATUS: Record<string, Status> = {
  late: { tone: "late", icon: "late", word: "Late" },
  at_risk: { tone: "risk", icon: "clock", word: "At risk" },
  on_time: { tone: "idle", icon: "clock", word: "On time" },
};

const UNKNOWN: Status = { tone: "idle", icon: "info", word: "Unknown" };

/** A status we have no word for (a newer server) is shown by its own code, in words. */
export function statusOf(table: Record<string, Status>, code: string): Status {
  return table[code] ?? { ...UNKNOWN, word: code.replaceAll("_", " ") };
}
