/**
 * A phone in a test: the real store, the real client, the real sender, and a person who reports,
 * changes their mind and loses signal. It can stop dead at any step and be started again.
 */
import { expect } from "vitest";
import { ask } from "../../api/client";
import type { Operation, Payloads } from "../../api/types";
import { closeDatabase, type LocalPhoto, type OutboxItem, type PhotoToKeep } from "../../storage/db";
import * as store from "../../storage/outbox";
import { uuid7 } from "../ids";
import { type Memory, newMemory, type Outcome, type Sending, sendAll } from "../sending";
import { contentOf, type ModelServer, type Request, sha256 } from "./server";

export interface Captured {
  personId: string;
  content: string;
  photos: Map<string, Uint8Array>;
  after: string | null;
  undone: boolean;
  words: string;
}

/** Where a run stops dead: at its so-manieth step, with the step's effect or without. */
export interface Crash {
  step: number;
  done: boolean;
}

/** Something that the person does while a run is at its so-manieth step. */
export interface Meanwhile {
  step: number;
  act: () => Promise<void>;
}

export interface RunOptions {
  crash?: Crash | null;
  meanwhile?: Meanwhile[];
  /** The sender works from what its window remembers, not from the store. */
  remembering?: boolean;
}

const forever = <T>() => new Promise<T>(() => undefined);

/** One life of the app: from its start until it is closed or stops dead. */
class Life {
  private steps = 0;
  private dead = false;
  private die: () => void = () => undefined;
  readonly death = new Promise<void>((resolve) => {
    this.die = resolve;
  });

  constructor(private readonly options: RunOptions) {}

  /** One step: a request, or something that the store does. After death nothing goes on. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return forever();
    this.steps += 1;
    const number = this.steps;
    for (const { step, act } of this.options.meanwhile ?? []) if (step === number) await act();
    const { crash } = this.options;
    const last = crash?.step === number;
    if (last) this.dead = true;
    if (last && !crash.done) {
      this.die();
      return forever();
    }
    const result = await work().catch((error: unknown) => {
      if (!last && !this.dead) throw error;
      return null as T;
    });
    if (last) this.die();
    return this.dead ? forever() : result;
  }
}

export class Phone {
  readonly captured = new Map<string, Captured>();
  memory: Memory = newMemory();
  private wakes: (() => void)[] = [];
  private number = 0;

  constructor(readonly server: ModelServer) {}

  // ── what the person does ───────────────────────────────────────────────────

  async save(personId: string, words: string, sizes: readonly number[], afterIndex: number | null): Promise<void> {
    const id = uuid7();
    const earlier = [...this.captured].filter(([, one]) => one.personId === personId && !one.undone);
    const after = afterIndex === null ? null : (earlier[afterIndex % Math.max(1, earlier.length)]?.[0] ?? null);
    const photos = sizes.map((size) => this.photo(id, personId, size));
    const operation: Operation = {
      ...{ id, made_at: new Date().toISOString(), clock_offset_ms: 0, based_on: null, after },
      kind: after === null ? "confirm_defect" : "amend_defect",
      payload: {
        ...{ defect_id: `defect ${id}`, at: "now", note: words },
        photos: photos.map(({ id, sha256, size_bytes, content_type, taken_at }) => ({
          ...{ id, sha256, size_bytes, content_type, taken_at },
        })),
      } as unknown as Payloads["confirm_defect"],
    };
    const item: OutboxItem = {
      ...{ id, person_id: personId, operation, state: "here", reason: null, code: null, tries: 0, tried_at: null },
      ...{ sent_at: null, received_at: null, number: null, saved_at: operation.made_at },
    };
    await store.keep(item, photos);
    const bytes = new Map(photos.map((photo) => [photo.id, new Uint8Array(photo.bytes.slice(0))]));
    const content = contentOf(operation);
    this.captured.set(id, { personId, content, photos: bytes, after, undone: false, words });
    for (const wake of this.wakes.splice(0)) wake();
  }

  private photo(operation_id: string, person_id: string, size: number): PhotoToKeep {
    this.number += 1;
    const seed = this.number;
    const bytes = Uint8Array.from({ length: size }, (_, index) => (seed * 31 + index * 7) % 251);
    return {
      ...{ id: uuid7(), operation_id, person_id, sha256: sha256(bytes), size_bytes: size, content_type: "image/jpeg" },
      ...{ taken_at: "2026-11-21T09:00:00.000Z", state: "here", reason: null, tries: 0, offset: 0, sent_at: null },
      ...{ has_bytes: true, has_preview: true, bytes: bytes.buffer, preview: bytes.slice(0, 5).buffer },
    };
  }

  private pick(index: number): [string, Captured] | undefined {
    const all = [...this.captured].filter(([, one]) => !one.undone);
    return all[index % Math.max(1, all.length)];
  }

  /** Changes the words of what was saved; what has left the phone stays as it is. */
  async edit(index: number, words: string): Promise<void> {
    const picked = this.pick(index);
    if (!picked) return;
    const [id, one] = picked;
    let content = "";
    const folded = await store.amend(id, (item) => {
      const operation = { ...item.operation, payload: { ...item.operation.payload, note: words } } as Operation;
      content = contentOf(operation);
      return { item: { ...item, operation } };
    });
    if (folded) Object.assign(one, { content, words });
  }

  async undo(index: number): Promise<void> {
    const picked = this.pick(index);
    if (!picked) return;
    const [id, one] = picked;
    if ([...this.captured.values()].some((other) => other.after === id && !other.undone)) return;
    one.undone = await store.undo(id);
  }

  // ── what the sender does ───────────────────────────────────────────────────

  /** A run of the sender, to its end or to where it stops dead. */
  async run(personId: string, options: RunOptions = {}): Promise<Outcome | null> {
    const life = new Life(options);
    const how = await this.sending(personId, life, options.remembering ?? false);
    const outcome = await Promise.race([sendAll(how), life.death.then(() => null)]);
    if (outcome === null) await this.startAgain();
    return outcome;
  }

  /** The app was killed: only what the store has committed is still there. */
  async startAgain(): Promise<void> {
    this.memory = newMemory();
    await closeDatabase();
  }

  private async sending(personId: string, life: Life, remembering: boolean): Promise<Sending> {
    const here = remembering ? { items: await store.allItems(), photos: await store.allPhotos() } : null;
    const put = <T extends { id: string }>(all: T[], changed: readonly T[] = []) => {
      for (const one of changed) {
        const index = all.findIndex((old) => old.id === one.id);
        if (index >= 0) all[index] = one;
      }
    };
    return {
      ...{ personId, deviceId: "0000-device", memory: this.memory, mayGoOn: () => true },
      ask: (path, asked) => life.step(() => ask(path, asked)) as never,
      store: this.store(life),
      items: async () => here?.items ?? store.allItems(),
      photos: async () => here?.photos ?? store.allPhotos(),
      changed: ({ items, photos }) => {
        if (!here) return;
        put<OutboxItem>(here.items, items);
        put<LocalPhoto>(here.photos, photos);
      },
      saved: () => new Promise((resolve) => this.wakes.push(resolve)),
    };
  }

  private store(life: Life): Sending["store"] {
    return {
      markTried: (ids, at) => life.step(() => store.markTried(ids, at)),
      saveItems: (items) => life.step(() => store.saveItems(items)),
      savePhoto: (photo) => life.step(() => store.savePhoto(photo)),
      photoBytes: (id) => life.step(() => store.photoBytes(id)),
      freePhoto: (photo) =>
        life.step(async () => {
          // The one moment at which something leaves the phone for good.
          const there = this.server.photos.get(photo.id)?.whole;
          expect(there && sha256(there), "freed before the server had it").toBe(photo.sha256);
          await store.freePhoto(photo);
        }),
    };
  }

  // ── the network, as this phone sees it ─────────────────────────────────────

  /** `fetch` for the client: checks that what leaves was marked on the disk before. */
  readonly fetch = async (path: string | URL | globalThis.Request, init: RequestInit = {}): Promise<Response> => {
    const body = init.body === undefined || init.body === null ? new Uint8Array(0) : bytesOf(init.body);
    const request: Request = {
      ...{ method: init.method ?? "GET", path: String(path), headers: new Headers(init.headers), body },
    };
    if (request.path === "/api/sync/push") await this.checkMarked(body);
    return this.server.through(request);
  };

  private async checkMarked(body: Uint8Array): Promise<void> {
    const { operations } = JSON.parse(new TextDecoder().decode(body)) as { operations: Operation[] };
    const kept = new Map((await store.allItems()).map((item) => [item.id, item]));
    for (const operation of operations) {
      const item = kept.get(operation.id);
      if (item) expect(item.tried_at, "sent before it was marked").not.toBeNull();
    }
  }
}

function bytesOf(body: BodyInit): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  return new Uint8Array(body as ArrayBuffer).slice();
}
