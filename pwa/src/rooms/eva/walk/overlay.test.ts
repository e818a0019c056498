import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Carried } from "../../../api/types";
import type { KeptAudit, OutboxItem } from "../../../sync/audits";
import { AUDIT, answering, at, contextOf, item, OMAR, row, WENDY } from "./cast";
import { type AuditView, overlayAudit } from "./overlay";
import { standing } from "./standing";

const MINE = contextOf(WENDY);

function begin(part: object = {}): OutboxItem {
  return item("begin_audit", {
    ...{ audit_id: AUDIT, checklist: "estate-walk", checklist_version: 3, area_id: "area", title: "Estate walk" },
    ...{ started_at: at(0), trigger: "Routine", evidence: { summary: "", from: null, to: null, source: "" } },
    ...{ light: "day", weather: "dry", risk: { done: true, note: "" }, check_in_minutes: 30, track_wanted: false },
    ...{ revisit_of: null, booking_id: null, photos: [] },
    ...part,
  });
}

const OPEN: Carried = {
  ...{ source_kind: "defect", source_id: "d1", title: "Broken gate", number: "D-1", status: "routed", place: null },
  ...{ photos_before: [], outcome: "not_done", note: "old", photos: [], by: OMAR, at: at(-9_000) },
};

describe("an audit that only this phone knows", () => {
  it("is there at once, with all that was done on it", () => {
    const outbox = [
      begin(),
      answering("a1", "bins", "fail", 1),
      item("add_participant", {
        ...{ participant_id: "p", audit_id: AUDIT, name: "Pat", role: "Resident", organisation: "" },
        ...{ consent: true, contact: "", at: at(2) },
      }),
      item("raise_defect", {
        ...{ defect_id: "d", category: "litter", severity: 3, note: "", observed_at: at(3), street_text: "" },
        ...{ place: { longitude: 0, latitude: 52, accuracy_m: 5, source: "gps" }, people_in_photo: false },
        ...{ patrol_id: AUDIT, answer_id: "a1", photos: [] },
      }),
    ];
    const view = overlayAudit(AUDIT, null, outbox, MINE);
    expect(view).toMatchObject({
      state: "walking",
      title: "Estate walk",
      number: "",
      led_by: WENDY,
      checklist: { code: "estate-walk", version: 3, version_id: "v1" },
      area: { name: "Northgate" },
      check_in: { minutes: 30, next_due_at: null },
      participants: [{ name: "Pat" }],
      defects: [{ id: "d", answer_id: "a1" }],
      local: { unsent: 4, unsent_beginning: true },
    });
    expect(view?.answers.map((one) => one.value)).toEqual(["fail"]);
  });
  it("carries what the earlier one left open, asked anew", () => {
    const context = { ...MINE, earlier: () => row({ id: "earlier", number: "A-0001", open_items: [OPEN] }) };
    const view = overlayAudit(AUDIT, null, [begin({ revisit_of: "earlier" })], context);
    expect(view?.revisit_of).toEqual({ id: "earlier", number: "A-0001" });
    expect(view?.carried).toMatchObject([{ source_id: "d1", outcome: "", note: "", by: null }]);
  });
  it("is nothing where nobody began it", () => {
    expect(overlayAudit(AUDIT, null, [answering("a1", "bins", "fail", 1)], MINE)).toBeNull();
  });
});

describe("my work over the server's row", () => {
  it("is not laid over a row that was asked for after it was sent", () => {
    const paused = item("pause_audit", { audit_id: AUDIT, at: at(1), note: "" }, { state: "sent", sent_at: at(2) });
    expect(overlayAudit(AUDIT, row({ state: "walking" }), [paused], MINE)?.state).toBe("walking");
    expect(overlayAudit(AUDIT, row({ asked_at: at(1) }), [paused], MINE)?.state).toBe("paused");
  });
  it("says what was refused and shows none of it", () => {
    const refused = { ...answering("a1", "bins", "fail", 1), state: "refused" as const };
    const view = overlayAudit(AUDIT, row(), [refused], MINE);
    expect(view?.answers).toEqual([]);
    expect(view?.local).toMatchObject({ refused: 1, unsent: 0 });
  });
  it("leaves the later word on a street and on what was carried", () => {
    const street = item("check_street", {
      audit_id: AUDIT,
      street: "High Street",
      state: "checked_nothing",
      at: at(1),
    });
    const later = { name: "High Street", state: "walked" as const, by: OMAR, at: at(9) };
    expect(overlayAudit(AUDIT, row({ streets: [later] }), [street], MINE)?.streets).toEqual([later]);
    const judged = item("judge_carried", {
      ...{ audit_id: AUDIT, source_kind: "defect", source_id: "d1", outcome: "done", note: "", photos: [], at: at(1) },
    });
    const carried = { ...OPEN, outcome: "worse" as const, at: at(9) };
    expect(overlayAudit(AUDIT, row({ carried: [carried] }), [judged], MINE)?.carried).toEqual([carried]);
  });
  it("is finished where I finished it, whatever pause is still in the outbox", () => {
    const outbox = [
      item("pause_audit", { audit_id: AUDIT, at: at(1), note: "" }),
      item("resume_audit", { audit_id: AUDIT, at: at(2) }),
      item("finish_audit", { audit_id: AUDIT, at: at(3) }),
      item("resume_audit", { audit_id: AUDIT, at: at(4) }),
    ];
    expect(overlayAudit(AUDIT, row(), outbox, MINE)).toMatchObject({
      state: "walked",
      walked_at: at(3),
      check_in: null,
    });
  });
});

/** One thing that somebody does on the walk, in whatever order it reaches the server. */
interface Doing {
  kind: "answer" | "street" | "person" | "concern" | "judge";
  which: number;
  value: "pass" | "fail" | null;
  second: number;
}
const doing: fc.Arbitrary<Doing> = fc.record({
  kind: fc.constantFrom<Doing["kind"]>("answer", "street", "person", "concern", "judge"),
  which: fc.integer({ min: 0, max: 2 }),
  value: fc.constantFrom<Doing["value"]>("pass", "fail", null),
  second: fc.integer({ min: 0, max: 50 }),
});

function made(person: string, { kind, which, value, second }: Doing, index: number): OutboxItem {
  const id = `${person}-${index}`;
  // No two words of one instant: which of those counts is a matter of ids.
  const when = at(second + index / 100 + (person === "omar" ? 0.005 : 0));
  const on = { audit_id: AUDIT, at: when };
  if (kind === "street") return item("check_street", { ...on, street: `Street ${which}`, state: "checked_nothing" });
  if (kind === "person") {
    const who = { participant_id: id, name: id, role: "", organisation: "", consent: false, contact: "" };
    return item("add_participant", { ...on, ...who });
  }
  if (kind === "concern") {
    const what = {
      kind: "concern" as const,
      text: id,
      said_by: "",
      restricted: false,
      place: null,
      pins: [],
      photos: [],
    };
    return item("note_concern", { ...on, concern_id: id, ...what });
  }
  if (kind === "judge") {
    const outcome = value === "pass" ? ("done" as const) : ("not_done" as const);
    return item("judge_carried", { ...on, source_kind: "defect", source_id: "d1", outcome, note: id, photos: [] });
  }
  return answering(id, `q${which}`, value, 0, { at: when });
}

/** The server's row after it took these, in this order. */
function taken(start: KeptAudit, done: readonly { by: typeof WENDY; op: OutboxItem }[]): KeptAudit {
  let now: KeptAudit = start;
  for (const { by, op } of done) {
    const { local: _local, ...after } = overlayAudit(AUDIT, now, [op], contextOf(by)) as AuditView;
    now = { ...after, asked_at: start.asked_at };
  }
  return now;
}

function told(view: AuditView | null) {
  if (!view) return null;
  const byId = <T extends { id: string }>(rows: readonly T[]) => rows.map((one) => one.id).sort();
  return {
    counts: [...standing(view.answers)].map(([key, one]) => [key, one.answer.id, one.value, one.differs]).sort(),
    answers: byId(view.answers),
    participants: byId(view.participants),
    concerns: byId(view.concerns),
    streets: view.streets.map(({ name, by, at: when }) => [name, by?.id, when]).sort(),
    carried: view.carried.map(({ outcome, note }) => [outcome, note]),
  };
}

describe("two people offline at once", () => {
  it("the screen shows the same in whatever order their work arrived, and however much of mine the row shows", () => {
    const two = fc.tuple(fc.array(doing, { maxLength: 8 }), fc.array(doing, { maxLength: 8 }));
    const drawn = two.chain(([mine, theirs]) => {
      const all = [
        ...mine.map((one, index) => ({ by: WENDY, op: made("wendy", one, index) })),
        ...theirs.map((one, index) => ({ by: OMAR, op: made("omar", one, index) })),
      ];
      return fc.record({
        all: fc.constant(all),
        arrived: fc.shuffledSubarray(all, { minLength: all.length }),
        shown: fc.subarray(all.filter((one) => one.by === WENDY)),
      });
    });
    fc.assert(
      fc.property(drawn, ({ all, arrived, shown }) => {
        const start = row({ carried: [{ ...OPEN, outcome: "", note: "", by: null, at: null }] });
        const whole = told(overlayAudit(AUDIT, taken(start, all), [], MINE));
        expect(told(overlayAudit(AUDIT, taken(start, arrived), [], MINE))).toEqual(whole);
        // The server has all of theirs and some of mine; the rest of mine is still on this phone.
        const there = arrived.filter((one) => one.by === OMAR || shown.includes(one));
        const outbox = all
          .filter((one) => one.by === WENDY)
          .map((one) => (shown.includes(one) ? { ...one.op, state: "sent" as const, sent_at: at(100) } : one.op));
        expect(told(overlayAudit(AUDIT, taken(start, there), outbox, MINE))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
