/** The dispatch board as the server answers it. */
import type { JobStatus, Named } from "../../../api/types";

export interface BoardRow {
  id: string;
  number: string;
  version: number;
  status: JobStatus;
  kind: "complete" | "make_safe";
  breach: "late" | "at_risk" | "on_time";
  priority: number;
  organisation: Named & { short_name: string };
  team: Named | null;
  assigned_to: Named | null;
  service_level: string;
  due_at: string;
  at_risk_at: string;
  clock_started_at: string;
  opened_at: string;
  done_at: string | null;
  paused: { reason: string; since: string } | null;
  planned_for: string | null;
  reopened_count: number;
  recurrences: number;
  escalated_level: number;
  returned_reason: string;
  defect_id: string;
  defect_number: string;
  category: string;
  severity: number;
  longitude: number;
  latitude: number;
  street_text: string;
  note: string;
  ward: Named | null;
  hazard: string | null;
  picture: { thumbnail: string; state: string } | null;
}

export interface QueueCount {
  key: string;
  label: string;
  count: number;
  /** There are more than that. */
  more: boolean;
}

export interface BoardPage {
  as_of: string;
  /** The place in the ledger from which changes are asked for. */
  cursor: string;
  queue: string;
  queues: QueueCount[];
  triage: QueueCount | null;
  next: string | null;
  rows: BoardRow[];
}

export interface Changes {
  cursor: string;
  all: boolean;
  /** Ids of jobs and of defects. */
  changed: string[];
}

/** "1,000+" beyond what the server counts. */
export function countInWords({ count, more }: { count: number; more: boolean }): string {
  return `${count.toLocaleString("en-GB")}${more ? "+" : ""}`;
}
