import { describe, expect, it } from "vitest";
import type { Defect, Job, Operation, OperationKind, Payloads } from "../api/types";
import type { OutboxItem } from "../storage/db";
import { type OverlayContext, overlayDefects, overlayJobs } from "./overlay";

const context: OverlayContext = {
  person: null,
  categories: new Map(),
  photoUrl: (id) => (id === "held" ? "local:held" : null),
};
const place = { longitude: 0, latitude: 52, accuracy_m: 5, source: "gps" as const };
const photo = { id: "held", sha256: "", size_bytes: 1, content_type: "image/jpeg", taken_at: "2026-11-21T09:00:00Z" };

function row(id: string, more: Partial<Defect> = {}): Defect {
  return {
    id,
    number: "D-1",
    version: 3,
    category: "FT",
    severity: 3,
    status: "routed",
    note: "",
    place,
    street_text: "",
    ward: null,
    land_type: null,
    observed_at: "2026-11-20T09:00:00Z",
    recorded_at: "",
    received_at: "",
    raised_by: { id: "w", name: "Wendy" },
    mine: true,
    photos: [],
    photos_missing: 0,
    people_in_photo: false,
    triage_reason: null,
    seen_again: 0,
    job: null,
    ...more,
  };
}

function did<K extends OperationKind>(kind: K, payload: Payloads[K], more: Partial<OutboxItem> = {}): OutboxItem {
  const operation: Operation = {
    id: "op",
    kind,
    made_at: "2026-11-21T09:00:00Z",
    clock_offset_ms: 0,
    based_on: 3,
    after: null,
    payload,
  };
  return {
    id: "op",
    person_id: "w",
    operation,
    state: "here",
    reason: null,
    code: null,
    tries: 0,
    tried_at: null,
    sent_at: null,
    received_at: null,
    number: null,
    saved_at: "2026-11-21T09:00:00Z",
    ...more,
  };
}

const raise = did("raise_defect", {
  defect_id: "new",
  category: "FT",
  severity: 2,
  note: "By the shelter",
  observed_at: "2026-11-21T09:00:00Z",
  place,
  street_text: "Mere Road",
  people_in_photo: false,
  patrol_id: null,
  photos: [photo],
});
const look = { defect_id: "d", at: "2026-11-21T09:00:00Z", note: "", photos: [] };

describe("defects as the person sees them", () => {
  it("shows a report that only this phone has, first, with the photo it holds", () => {
    const [first, second] = overlayDefects([row("old")], [raise], context);
    expect(first).toMatchObject({ id: "new", mine: true, number: "", local: { state: "here" } });
    expect(first?.photos[0]?.thumbnail).toBe("local:held");
    expect(second?.local).toBeNull();
  });
  it("shows the server's row, once, when it has come back", () => {
    const sent = { ...raise, state: "sent" as const, number: "D-9" };
    expect(overlayDefects([], [sent], context)[0]).toMatchObject({ number: "D-9", local: { state: "sent" } });
    const views = overlayDefects([row("new", { number: "D-9" })], [sent], context);
    expect(views).toHaveLength(1);
    expect(views[0]?.local).toBeNull();
  });
  it("keeps showing the phone's own photo until the server's is ready", () => {
    const expected = {
      ...{ id: "held", role: "before" as const, taken_at: null, width: null, height: null },
      ...{ thumbnail: "/t", view: "/v", state: "expected" as const },
    };
    const [waiting] = overlayDefects([row("d", { photos: [expected] })], [], context);
    expect(waiting?.photos[0]?.thumbnail).toBe("local:held");
    const [ready] = overlayDefects([row("d", { photos: [{ ...expected, state: "ready" }] })], [], context);
    expect(ready?.photos[0]?.thumbnail).toBe("/t");
  });
  it("shows “looks done” and “not done” at once", () => {
    const fixed = row("d", { status: "resolved" });
    expect(overlayDefects([fixed], [did("verify_defect", look)], context)[0]?.status).toBe("verified");
    expect(overlayDefects([fixed], [did("dispute_defect", look)], context)[0]?.status).toBe("routed");
  });
  it("changes nothing for a refused one, but says that it was refused", () => {
    const refused = did("verify_defect", look, { state: "refused", reason: "Not yours" });
    const [view] = overlayDefects([row("d", { status: "resolved" })], [refused], context);
    expect(view).toMatchObject({ status: "resolved", local: { state: "refused", reason: "Not yours" } });
  });
  it("lets the server's newer row speak once it has the operation", () => {
    const sent = did("verify_defect", look, { state: "sent" });
    const [view] = overlayDefects([row("d", { version: 4, status: "routed" })], [sent], context);
    expect(view).toMatchObject({ status: "routed", local: null });
  });
});

describe("jobs as the crew sees them", () => {
  const job = (id: string, due_at: string | null): Job =>
    ({ id, version: 3, status: "open", due_at, photos: [], paused: null, latest_note: "" }) as unknown as Job;

  it("stand in the order they are due, undated last", () => {
    const jobs = [job("none", null), job("b", "2026-11-22T09:00:00Z"), job("a", "2026-11-21T09:00:00Z")];
    expect(overlayJobs(jobs, [], context).map((view) => view.id)).toEqual(["a", "b", "none"]);
  });
  it("stay as they are when their crew tells wardens what it saw beside them", () => {
    const told = did("report_back", {
      sighting_id: "s",
      to: "wardens",
      kind: "needles",
      place,
      at: "2026-11-21T09:00:00Z",
      note: "Six",
      street_text: "",
      job_id: "a",
      photos: [],
    });
    expect(overlayJobs([job("a", null)], [told], context)[0]).toMatchObject({ status: "open", local: null });
  });
  it("go on after a pause where they had got to, with whoever began them", () => {
    const at = "2026-11-21T09:00:00Z";
    const pause = did("pause_job", { job_id: "a", at, reason: "weather", note: "", photos: [] });
    const resume = did("resume_job", { job_id: "a", at });
    expect(overlayJobs([job("a", null)], [pause, resume], context)[0]?.status).toBe("open");
    const crew = { ...context, person: { id: "c", name: "Carl" } as OverlayContext["person"] };
    const begun = overlayJobs([job("a", null)], [did("start_job", { job_id: "a", at }), pause, resume], crew)[0];
    expect(begun).toMatchObject({ status: "in_progress", assigned_to: { id: "c", name: "Carl" } });
  });
  it("go through a day's work in order", () => {
    const at = "2026-11-21T09:00:00Z";
    const start = did("start_job", { job_id: "a", at });
    const pause = did("pause_job", { job_id: "a", at, reason: "weather", note: "Ice", photos: [] });
    const close = did("close_job", { job_id: "a", at, note: "", photos: [photo] });
    const jobs = [job("a", at)];
    expect(overlayJobs(jobs, [start], context)[0]).toMatchObject({ status: "in_progress", started_at: at });
    expect(overlayJobs(jobs, [start, pause], context)[0]).toMatchObject({
      status: "paused",
      paused: { reason: "weather", since: at },
      latest_note: "Ice",
    });
    const [done] = overlayJobs(jobs, [start, close], context);
    expect(done).toMatchObject({ status: "done", done_at: at });
    expect(done?.photos[0]).toMatchObject({ role: "after", thumbnail: "local:held" });
  });

  describe("of a defect that needs two", () => {
    const at = "2026-11-21T09:00:00Z";
    const [ems, housing] = [{ id: "ems" }, { id: "housing" }];
    const two = (safeWith = ems): Job[] => [
      { ...job("safe", at), kind: "make_safe", defect_id: "d", organisation: safeWith as Job["organisation"] },
      { ...job("whole", "2026-11-25T09:00:00Z"), kind: "complete", defect_id: "d", organisation: ems as never },
    ];
    const split = (job_id: string) =>
      did("split_job", { job_id, at, make_safe: true, note: "Fenced off", photos: [photo] });
    const shown = (jobs: Job[], ...done: ReturnType<typeof did>[]) =>
      Object.fromEntries(overlayJobs(jobs, done, context).map((view) => [view.id, view.status]));

    it("shows it as made safe, and the rest as taken on", () => {
      expect(shown(two(), split("whole"))).toEqual({ safe: "done", whole: "accepted" });
      expect(shown(two(), split("safe"))).toEqual({ safe: "done", whole: "open" });
      const [, whole] = overlayJobs(two(), [split("whole")], context);
      expect(whole).toMatchObject({ latest_note: "Fenced off", photos: [{ role: "evidence" }] });
    });
    it("shows both as done where the work is finished, and not where it was only made safe", () => {
      const close = (job_id: string) => did("close_job", { job_id, at, note: "", photos: [photo] });
      expect(shown(two(), close("whole"))).toEqual({ safe: "done", whole: "done" });
      expect(shown(two(), close("safe"))).toEqual({ safe: "done", whole: "open" });
    });
    it("hands both back as one", () => {
      const back = did("return_job", { job_id: "safe", at, reason: "not_ours", note: "", photos: [] });
      expect(shown(two(), back)).toEqual({ safe: "returned", whole: "returned" });
    });
    it("leaves another organisation's job alone", () => {
      expect(shown(two(housing), split("whole"))).toEqual({ safe: "open", whole: "accepted" });
    });
  });
});
