/** A result in words and signs: grades, better or worse, how far a file is. */

import type { Status } from "../../../ui";
import { counted, longDay } from "../../../ui";
import type { AuditResult, Change, FileKind, Grade, ReportFile } from "./shapes";

const GRADES: Record<NonNullable<Grade>, Status> = {
  green: { tone: "good", icon: "check", word: "Green" },
  amber: { tone: "risk", icon: "warning", word: "Amber" },
  red: { tone: "late", icon: "hazard", word: "Red" },
};
const NOT_GRADED: Status = { tone: "idle", icon: "open", word: "Not graded" };

const CHANGES: Record<Change, Status> = {
  better: { tone: "good", icon: "check", word: "Better" },
  same: { tone: "idle", icon: "repeat", word: "About the same" },
  worse: { tone: "late", icon: "warning", word: "Worse" },
  unknown: { tone: "idle", icon: "info", word: "Can’t be compared" },
};

export function gradeStatus(grade: Grade): Status {
  return grade ? GRADES[grade] : NOT_GRADED;
}

export function changeStatus(change: Change): Status {
  return CHANGES[change];
}

/** "81.7%", "80%", or nothing where nothing was scored. */
export function percentInWords(percent: number | null): string {
  return percent === null ? "" : `${Number(percent.toFixed(1))}%`;
}

/** A day of the server's, "2027-01-17", as "17 January 2027"; `none` where there is no day. */
export function dayInWords(day: string | null, none: string): string {
  return day ? longDay(day) : none;
}

/** Why an audit can't be signed off now, the first thing to do first; empty where it can. */
export function inTheWay(result: AuditResult): string[] {
  const ways: string[] = [];
  if (result.state === "walking") ways.push("The walk still goes on. Finish it first.");
  if (result.state === "paused") ways.push("The walk is paused. Go on with it and finish it first.");
  if (result.state === "abandoned") ways.push("This audit was given up.");
  if (result.differs.length > 0) {
    ways.push(`${counted(result.differs.length, "question")} got different answers: choose which one counts.`);
  }
  if (result.missing.length > 0) ways.push(`${counted(result.missing.length, "question")} still to be answered.`);
  return ways;
}

export const FILES: Record<FileKind, { make: string; name: string }> = {
  pdf: { make: "Make the PDF", name: "Report for the partnership" },
  resident_pdf: { make: "Make the PDF", name: "Report for residents" },
  xlsx: { make: "Make the workbook", name: "Answers as a workbook" },
};

/** "Waits for its turn", "Photo and page 12 of 87", "Ready", or why not. */
export function progressInWords(file: ReportFile): string {
  if (file.state === "ready") return "Ready";
  if (file.state === "failed") return file.failure;
  if (file.state === "waiting") return "Waits for its turn";
  return file.total > 0 ? `Step ${file.done} of ${file.total}` : "Being made";
}

export function isOnItsWay(file: ReportFile): boolean {
  return file.state === "waiting" || file.state === "making";
}

/** "1.7 MB", "29 kB". */
export function sizeInWords(bytes: number | null): string {
  if (bytes === null) return "";
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
