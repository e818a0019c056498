/** What stands in the outbox, why, and what to do about it: in words. Pure. */
import type { Category, OperationKind } from "../../api/types";
import type { LocalPhoto, OutboxItem, Receipt } from "../../storage/db";
import type { Hindrance } from "../../sync";

export const WHAT: Record<OperationKind, string> = {
  start_patrol: "Patrol started",
  end_patrol: "Patrol ended",
  raise_defect: "Report",
  confirm_defect: "Seen again",
  accept_job: "Job accepted",
  start_job: "Job started",
  pause_job: "Job paused",
  resume_job: "Job taken up again",
  close_job: "Job done",
  split_job: "Made safe",
  return_job: "Job handed back",
  report_back: "Told wardens or police",
  close_sighting: "Looked into",
  verify_defect: "Looks done",
  dispute_defect: "Not done",
  amend_defect: "Report changed",
  begin_audit: "Audit begun",
  join_audit: "Audit joined",
  set_audit: "Audit changed",
  answer_question: "Answer",
  choose_answer: "Answer decided",
  add_participant: "Person put down",
  note_concern: "Concern",
  check_street: "Street checked",
  add_track: "Route",
  check_in: "Check-in",
  pause_audit: "Audit paused",
  resume_audit: "Audit taken up again",
  hand_over_audit: "Audit handed over",
  finish_audit: "Walk finished",
  judge_carried: "Looked at again",
};

export interface WhyHere {
  /** A code of SYNC_STATUS. */
  status: "on_phone" | "sending" | "photos" | "problem" | "decides" | "decided";
  words: string;
  /** What the person can do; null where it goes on by itself. */
  advice: string | null;
  needsYou: boolean;
}

export interface LinkNow {
  hindrance: Hindrance;
  server_older?: boolean;
}

const HINDRANCES: Record<Exclude<Hindrance, null>, string> = {
  no_signal: "There is no signal. It goes by itself when there is.",
  not_our_server: "This network does not let Sightline through. If it is public Wi-Fi, open its own sign-in page.",
  sign_in: "Sign in to send it.",
  server_trouble: "The server has trouble. Sightline tries again by itself.",
};

const OLDER = "The server is older than this app. It is kept until the server is updated.";

/** How to put right what the server did not take. */
const CORRECT: Record<string, string> = {
  unknown_category: "This kind of problem is no longer on the list. Change it to another kind; it is then sent again.",
  invalid_input: "Put right what is named here; it is then sent again.",
  not_allowed: "Your role may not do this. Save a copy and give it to your manager.",
  unknown_defect: "The report is no longer one that you see. Save a copy and give it to your manager.",
  unknown_job: "The job is no longer on your list. Save a copy and give it to your dispatcher.",
  job_not_yours: "The job is with somebody else now. Save a copy and give it to your dispatcher.",
  after_photo_required: "Open the job again and close it with a photo of the place now.",
  unknown_sighting:
    "It is no longer on your list. Somebody else may have looked into it; you can take this off the phone.",
  unknown_audit: "The audit is not on the server, or not one that you see. Save a copy and give it to your manager.",
  unknown_checklist: "The server does not have this version of the checklist. Save a copy and give it to your manager.",
  risk_check_needed: "Begin the audit again and look at the risks first.",
  track_not_wanted: "The route of this audit is not kept. You can take this off the phone.",
  unknown_reason: "The reason is no longer on the list. Do it again from the job and choose another.",
};
const CORRECT_ANYHOW = "Try again. If that does not help, save a copy and give it to your manager.";

const DECIDES = "Both versions are kept side by side. A dispatcher decides, and you are told. Nothing to do for you.";

function conflict(item: OutboxItem): WhyHere {
  const words = item.reason ?? "It was changed by somebody else meanwhile.";
  if (item.code === "conflict_kept") {
    const advice = "The control room has your version on record. You can take it off this phone.";
    return { status: "decided", words, advice, needsYou: true };
  }
  return { status: "decides", words, advice: DECIDES, needsYou: false };
}

function waits(item: OutboxItem, link: LinkNow): WhyHere {
  const plain = { status: "on_phone" as const, advice: null, needsYou: false };
  if (item.code === "server_older" || link.server_older) return { ...plain, words: OLDER };
  if (link.hindrance) return { ...plain, words: HINDRANCES[link.hindrance] };
  if (item.code === "waiting") {
    return { ...plain, words: item.reason ?? "It waits for an earlier one to arrive first." };
  }
  return { ...plain, status: "sending", words: "It is being sent." };
}

/** `photos`: those of this item that the server has not confirmed. */
export function whyHere(item: OutboxItem, photos: readonly LocalPhoto[], link: LinkNow): WhyHere {
  if (item.state === "conflict") return conflict(item);
  if (item.state === "refused") {
    const words = item.reason ?? "The server did not accept this.";
    const advice = CORRECT[item.code ?? ""] ?? CORRECT_ANYHOW;
    return { status: "problem", words, advice, needsYou: true };
  }
  const refused = photos.find((photo) => photo.state === "refused");
  if (refused) {
    const words = `The photo was not taken: ${refused.reason ?? "no reason given"}`;
    return { status: "problem", words, advice: CORRECT_ANYHOW, needsYou: true };
  }
  if (item.state !== "sent") return waits(item, link);
  const told = photos.find((photo) => photo.reason)?.reason;
  const words =
    told ??
    `The record has arrived; ${photosInWords(photos.length)} still to go.${link.hindrance ? ` ${HINDRANCES[link.hindrance]}` : ""}`;
  return { status: "photos", words, advice: null, needsYou: false };
}

export function photosInWords(count: number): string {
  return count === 1 ? "1 photo" : `${count} photos`;
}

/** What it is: the kind of problem for a report, else what was done. */
export function titleOf(
  kind: OperationKind,
  category: string | null | undefined,
  categories: ReadonlyMap<string, Category>,
): string {
  // It is about what was seen, not about the job that it was seen at.
  if (kind === "report_back") return WHAT.report_back;
  const label = category ? categories.get(category)?.label : undefined;
  if (kind === "raise_defect") return label ?? WHAT.raise_defect;
  return label ? `${WHAT[kind]}: ${label.charAt(0).toLowerCase()}${label.slice(1)}` : WHAT[kind];
}

/** "2 photos confirmed", or "" for what has none. */
export function confirmedWords(receipt: Pick<Receipt, "photos">): string {
  return receipt.photos === 0 ? "" : `${photosInWords(receipt.photos)} confirmed`;
}

/** Nothing of it can have left the phone: it may still be changed or taken back. */
export function untouched(item: OutboxItem): boolean {
  return item.state === "here" && item.tried_at === null;
}

/** What is lost with it, for the question before it is thrown away. */
export function lossWords(item: OutboxItem, photosOnlyHere: number): string {
  const photos = photosOnlyHere === 0 ? "" : ` and ${photosInWords(photosOnlyHere)}`;
  if (item.state === "sent") {
    return `The record is on the server. ${photosInWords(photosOnlyHere)} would be lost for good.`;
  }
  if (item.code === "conflict_kept") return "The control room has it on record. It only leaves this phone.";
  if (item.state === "conflict") {
    return `The server has your record on file${photos ? `; photos that it has not confirmed are lost for good` : ""}.`;
  }
  const maybe = item.tried_at === null ? "" : " If it has reached the server already, it stays there.";
  return `The record${photos} would be lost for good: they are on this phone only.${maybe}`;
}
