import { describe, expect, it } from "vitest";
import type { DefectView } from "../../sync";
import { reportState } from "./report-state";

const NOW = new Date("2026-11-21T09:00:00Z");
const job = (more: object) => ({ organisation: { short_name: "EMS" }, status: "open", due_at: null, ...more });
const view = (more: object) => ({ status: "open", local: null, job: null, ...more }) as unknown as DefectView;
const local = (state: string, kind = "raise_defect", reason: string | null = null) => ({ state, kind, reason });

describe("where a report is on its way", () => {
  it.each([
    [view({ local: local("here") }), 1, "On this phone", "Goes by itself when there is signal."],
    [view({ local: local("sent") }), 1, "Photos going", "Arrived. Being given to a crew."],
    [view({ local: local("sent") }), 0, "Sent", "Arrived. Being given to a crew."],
    [view({ local: local("refused", "raise_defect", "No such category") }), 0, "Needs you", "No such category"],
    [view({}), 0, "Waiting for an owner", "With the control room, who decide whose job it is."],
    [
      view({ status: "routed", job: job({ due_at: "2026-11-22T14:00:00Z" }) }),
      0,
      "With a crew",
      "With EMS, due tomorrow 14:00",
    ],
    [
      view({ status: "routed", job: job({ due_at: "2026-11-19T08:00:00Z" }) }),
      0,
      "With a crew",
      "With EMS, 2 days late",
    ],
    [
      view({ status: "routed", job: job({ kind: "make_safe", due_at: "2026-11-21T11:00:00Z" }) }),
      0,
      "With a crew",
      "With EMS to make it safe, due in 2 h",
    ],
    [
      view({
        status: "routed",
        job: job({ kind: "complete", due_at: "2026-11-22T14:00:00Z" }),
        jobs: [job({ kind: "make_safe", done_at: "2026-11-21T08:00:00Z" })],
      }),
      0,
      "With a crew",
      "Made safe. With EMS, due tomorrow 14:00",
    ],
    [view({ status: "resolved", job: job({}) }), 0, "Fixed", "EMS say it is done. Have a look."],
    [view({ status: "verified", job: job({}) }), 0, "Seen fixed", "Done, and seen to be done."],
  ])("%#", (row, photosHere, word, words) => {
    const state = reportState(row, NOW, photosHere);
    expect([state.status.word, state.words]).toEqual([word, words]);
  });
  it("says that an answer has not gone yet", () => {
    const row = view({ status: "verified", job: job({}), local: local("here", "verify_defect") });
    expect(reportState(row, NOW, 0).words).toContain("Your answer goes when there is signal.");
  });
});
