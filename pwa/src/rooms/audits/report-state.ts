/** Where a report is on its way, in words. Pure. */
import type { DefectJob } from "../../api/types";
import type { ItemState } from "../../storage/db";
import type { DefectView } from "../../sync";
import { DEFECT_STATUS, dueInWords, type Status, SYNC_STATUS, statusOf } from "../../ui";

export interface ReportState {
  status: Status;
  /** Who has it and by when, or why it stands still. */
  words: string;
  /** A person has to do something. */
  needs: null | "look" | "outbox";
}

const NEEDS_YOU: ReadonlySet<ItemState> = new Set<ItemState>(["refused", "conflict"]);

/** Whether the danger is gone and the work is not finished yet. */
function isMadeSafe(view: DefectView): boolean {
  return (view.jobs ?? []).some((job) => job.kind === "make_safe" && job.done_at !== null);
}

function withWhom(job: DefectJob, madeSafe: boolean, now: Date): string {
  const task = job.kind === "make_safe" ? " to make it safe" : "";
  const due = job.due_at && dueInWords(job.due_at, now);
  const late = job.due_at && new Date(job.due_at) < now;
  const by = due ? `, ${late ? "" : "due "}${due}` : "";
  return `${madeSafe ? "Made safe. " : ""}With ${job.organisation.short_name}${task}${by}`;
}

function words(view: DefectView, now: Date): string {
  const who = view.job?.organisation.short_name ?? "";
  switch (view.status) {
    case "open":
      return view.job?.status === "returned"
        ? `${who} handed it back. The control room decides who takes it.`
        : "With the control room, who decide whose job it is.";
    case "routed":
      return view.job ? withWhom(view.job, isMadeSafe(view), now) : "Being given to a crew.";
    case "resolved":
      return who ? `${who} say it is done. Have a look.` : "It is said to be done. Have a look.";
    case "verified":
      return "Done, and seen to be done.";
    case "rejected":
      return "Not taken on. The reason is in its story.";
    case "duplicate":
      return "Was known already, and counts with the first report.";
  }
}

/** `photosHere`: photos of this report that are still only on this phone. */
export function reportState(view: DefectView, now: Date, photosHere: number): ReportState {
  const { local } = view;
  if (local && NEEDS_YOU.has(local.state)) {
    const why = local.reason ?? "The server did not accept this.";
    if (local.state === "conflict") {
      const words = `${why} A dispatcher decides; both versions are kept.`;
      return { status: statusOf(SYNC_STATUS, "decides"), words, needs: "outbox" };
    }
    return { status: statusOf(SYNC_STATUS, "problem"), words: why, needs: "outbox" };
  }
  if (local?.state === "here" && local.kind === "raise_defect") {
    return { status: statusOf(SYNC_STATUS, "on_phone"), words: "Goes by itself when there is signal.", needs: null };
  }
  if (local?.kind === "raise_defect") {
    const status = photosHere > 0 ? statusOf(SYNC_STATUS, "photos") : statusOf(SYNC_STATUS, "sent");
    return { status, words: "Arrived. Being given to a crew.", needs: null };
  }
  const photos = photosHere > 0 ? ` ${photosHere} ${photosHere === 1 ? "photo" : "photos"} still to send.` : "";
  const unsent = local?.state === "here" ? " Your answer goes when there is signal." : "";
  return {
    status: statusOf(DEFECT_STATUS, view.status),
    words: `${words(view, now)}${photos}${unsent}`,
    needs: view.status === "resolved" ? "look" : null,
  };
}
