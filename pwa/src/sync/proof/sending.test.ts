/**
 * The proof that nothing is lost: whatever people do, whatever the network does to each request, and
 * wherever the phone stops dead, in the end every record is on the server once, every photo byte for
 * byte, and what is left on the phone says why. A failure prints its seed and the shortest story.
 *
 * PROOF_RUNS sets how many stories, PROOF_SEED which.
 */
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { closeDatabase } from "../../storage/db";
import { allItems, allPhotos, photoBytes, previewOf } from "../../storage/outbox";
import { newMemory } from "../sending";
import { type Crash, Phone } from "./phone";
import { FAULTS, type Fault, ModelServer, POISON_WORD, REFUSED_WORD } from "./server";

const PEOPLE = ["wendy", "omar"] as const;
const RUNS = Number(process.env.PROOF_RUNS ?? 150);
const SEED = process.env.PROOF_SEED ? Number(process.env.PROOF_SEED) : undefined;

type Act =
  | { do: "save"; person: string; words: string; sizes: number[]; after: number | null }
  | { do: "edit"; which: number; words: string }
  | { do: "undo"; which: number };

type Event =
  | Act
  | {
      do: "run";
      person: string;
      faults: Fault[];
      crash: Crash | null;
      meanwhile: { step: number; act: Act }[];
      remembering: boolean;
    }
  | { do: "two runs"; person: string; faults: Fault[] }
  | { do: "sign in"; person: string }
  | { do: "update the server" }
  | { do: "open again" };

const person = fc.constantFrom(...PEOPLE);
const words = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("By the shelter", "Größe 🗑️", "") },
  { weight: 2, arbitrary: fc.constant(REFUSED_WORD) },
  { weight: 1, arbitrary: fc.constant(POISON_WORD) },
  // Too much for the server's limit, alone or with others.
  { weight: 2, arbitrary: fc.constantFrom("x".repeat(1_500), "y".repeat(5_000)) },
);
const save = fc.record({
  do: fc.constant("save" as const),
  person,
  words,
  sizes: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 3 }),
  after: fc.option(fc.nat(5), { freq: 2 }),
});
const edit = fc.record({ do: fc.constant("edit" as const), which: fc.nat(9), words });
const undo = fc.record({ do: fc.constant("undo" as const), which: fc.nat(9) });
const act: fc.Arbitrary<Act> = fc.oneof({ weight: 4, arbitrary: save }, edit, undo);
const duringARun: fc.Arbitrary<Act> = fc.oneof(save, edit, undo);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 14, arbitrary: fc.constantFrom(...FAULTS) },
  { weight: 5, arbitrary: fc.constant("none" as const) },
  // What makes the way of a photo long.
  { weight: 5, arbitrary: fc.constantFrom("half" as const, "a piece" as const, "beginnings cleaned" as const) },
);
/** Often a while of quiet first: most faults end a run, and the later steps are to have theirs too. */
const faults = fc
  .tuple(fc.nat(6), fc.array(fault, { maxLength: 10 }))
  .map(([quiet, then]) => [...Array.from({ length: quiet }, () => "none" as const), ...then]);
const step = fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 1, max: 25 }));
const run = fc.record({
  do: fc.constant("run" as const),
  person,
  faults,
  crash: fc.option(fc.record({ step, done: fc.boolean() })),
  meanwhile: fc.array(fc.record({ step, act: duringARun }), { maxLength: 2 }),
  remembering: fc.boolean(),
});
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: act },
  { weight: 6, arbitrary: run },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("two runs" as const), person, faults }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("sign in" as const), person }) },
  { weight: 1, arbitrary: fc.constant({ do: "update the server" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "open again" as const }) },
);

async function newPhone(server: ModelServer): Promise<Phone> {
  await closeDatabase();
  globalThis.indexedDB = new IDBFactory();
  const phone = new Phone(server);
  globalThis.fetch = phone.fetch as typeof fetch;
  return phone;
}

async function perform(phone: Phone, one: Act): Promise<void> {
  if (one.do === "save") await phone.save(one.person, one.words, one.sizes, one.after);
  else if (one.do === "edit") await phone.edit(one.which, one.words);
  else await phone.undo(one.which);
}

async function happens(phone: Phone, one: Event): Promise<void> {
  const { server } = phone;
  switch (one.do) {
    case "run": {
      server.faults = [...one.faults];
      const meanwhile = one.meanwhile.map((during) => ({ step: during.step, act: () => perform(phone, during.act) }));
      await phone.run(one.person, { crash: one.crash, meanwhile, remembering: one.remembering });
      return;
    }
    case "two runs":
      server.faults = [...one.faults];
      await Promise.all([phone.run(one.person), phone.run(one.person, { remembering: true })]);
      return;
    case "sign in":
      server.signedInAs = one.person;
      return;
    case "update the server":
      server.api = 2;
      return;
    case "open again":
      return phone.startAgain();
    default:
      return perform(phone, one);
  }
}

/** All faults have ended: each person signs in and leaves the app open for a while. */
async function untilQuiet(phone: Phone): Promise<void> {
  phone.server.faults = [];
  phone.server.api = 2;
  for (const name of PEOPLE) {
    phone.server.signedInAs = name;
    for (let opened = 0; opened < 4; opened += 1) {
      phone.memory = newMemory();
      await phone.run(name);
    }
  }
}

function refusedFor(words: string): boolean {
  return words === REFUSED_WORD || words.length > 4_000;
}

/** Whether the server has to have it now: what it follows from may have been refused. */
function hasToArrive(phone: Phone, id: string | null, poisonous: boolean): boolean {
  if (id === null) return true;
  const one = phone.captured.get(id);
  if (!one || refusedFor(one.words) || (poisonous && one.words === POISON_WORD)) return false;
  return hasToArrive(phone, one.after, poisonous);
}

async function checkAll(phone: Phone, poisonous: boolean): Promise<void> {
  const { server } = phone;
  const items = new Map((await allItems()).map((item) => [item.id, item]));
  const photos = new Map((await allPhotos()).map((photo) => [photo.id, photo]));
  expect(new Set(server.order).size, "applied twice").toBe(server.order.length);
  expect([...server.differing], "came with two contents under one id").toEqual([]);
  for (const [id, one] of phone.captured) {
    const item = items.get(id);
    if (one.undone) {
      expect(server.seen.has(id), "taken back, yet sent").toBe(false);
      expect(item).toBeUndefined();
      continue;
    }
    expect(item, "gone from the phone without a person's doing").toBeDefined();
    if (!hasToArrive(phone, id, poisonous)) {
      expect(server.applied.has(id)).toBe(false);
      expect(item?.reason ?? item?.code, "left here without a reason").toBeTruthy();
      expect(item?.state).toBe(refusedFor(one.words) ? "refused" : "here");
      for (const photo of one.photos.keys()) expect(await photoBytes(photo)).not.toBeNull();
      continue;
    }
    expect(server.applied.get(id)).toEqual({ personId: one.personId, content: one.content });
    if (one.after) expect(server.order.indexOf(one.after)).toBeLessThan(server.order.indexOf(id));
    expect(item).toMatchObject({ state: "sent", reason: null, code: null });
    for (const [photo, bytes] of one.photos) {
      expect(Buffer.from(server.photos.get(photo)?.whole ?? []).equals(Buffer.from(bytes)), "photo's bytes").toBe(true);
      expect(photos.get(photo)).toMatchObject({ state: "sent", has_bytes: false });
      expect(await photoBytes(photo)).toBeNull();
      expect(await previewOf(photo)).not.toBeNull();
    }
  }
}

const fetchBefore = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetchBefore;
});

describe("whatever happens between the street and the server", () => {
  it("every record arrives once and every photo whole, or says on the phone why not", {
    timeout: 600_000,
  }, async () => {
    const story = fc.record({ older: fc.boolean(), events: fc.array(event, { minLength: 1, maxLength: 14 }) });
    await fc.assert(
      fc.asyncProperty(story, async ({ older, events }) => {
        const server = new ModelServer();
        server.api = older ? 1 : 2;
        server.signedInAs = "wendy";
        const phone = await newPhone(server);
        for (const one of events) await happens(phone, one);
        await untilQuiet(phone);
        await checkAll(phone, true);
        server.poisonous = false;
        await untilQuiet(phone);
        await checkAll(phone, false);
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: SEED }), endOnFailure: false },
    );
  });
});
