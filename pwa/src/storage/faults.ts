/**
 * What browsers do to a store, done to fake-indexeddb at a chosen request, for tests:
 *
 * - `aborted`: the connection goes away in the middle; the transaction is rolled back.
 * - `lost`: the same in the moment after the commit, so that the app hears of an abort.
 * - `full`: the request fails, because the disk is full.
 * - `full_at_commit`: every request goes well, and then the commit doesn't.
 */
export type Fault = "aborted" | "lost" | "full" | "full_at_commit";

export const FAULTS: readonly Fault[] = ["aborted", "lost", "full", "full_at_commit"];

/** What fake-indexeddb's transactions have inside. */
interface Inside {
  _requests: { operation: () => unknown }[];
  _state: string;
  _start(): void;
  _abort(name: string): void;
  abort(): void;
  dispatchEvent(event: { type: string }): boolean;
  db: { close(): void };
  mode: string;
}

interface Armed {
  fault: Fault;
  left: number;
  again: boolean;
}

let armed: Armed | null = null;
let struck = 0;

/** Lets the `at`-th request from now (the first is 1) meet this fault; `again`: and every one after. */
export function arm(fault: Fault, at: number, again = false): void {
  armed = { fault, left: at, again };
}

/** No more faults. Returns how many have happened since the last call. */
export function disarm(): number {
  const happened = struck;
  armed = null;
  struck = 0;
  return happened;
}

function due(): Fault | null {
  if (!armed) return null;
  armed.left -= 1;
  if (armed.left > 0) return null;
  const { fault, again } = armed;
  if (!again) armed = null;
  return fault;
}

function strike(fault: Fault, tx: Inside): void {
  // A browser's disk is only full for those who write.
  if (fault.startsWith("full") && tx.mode === "readonly") return;
  struck += 1;
  if (fault === "aborted") {
    // Not in the middle of a stretch of code: no browser can do that either.
    queueMicrotask(() => {
      if (tx._state !== "finished") tx.abort();
      tx.db.close();
    });
  } else if (fault === "lost") {
    const dispatch = tx.dispatchEvent;
    tx.dispatchEvent = function (this: Inside, event: { type: string }) {
      if (event.type === "complete") event.type = "abort";
      return dispatch.call(this, event);
    };
  } else if (fault === "full_at_commit") {
    const start = tx._start;
    tx._start = function (this: Inside) {
      if (this._requests.length === 0 && this._state !== "finished") this._abort("QuotaExceededError");
      else start.call(this);
    };
  }
}

function refuseLast(tx: Inside): void {
  const last = tx._requests.at(-1);
  if (last) {
    last.operation = () => {
      throw new DOMException("The disk is full", "QuotaExceededError");
    };
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function watch(prototype: object, names: readonly string[], transactionOf: (one: never) => Inside): void {
  const methods = prototype as Record<string, Method>;
  for (const name of names) {
    const before = methods[name] as Method;
    methods[name] = function (this: unknown, ...args: unknown[]) {
      const fault = due();
      const tx = transactionOf(this as never);
      if (fault) strike(fault, tx);
      const request = before.apply(this, args);
      if (fault === "full" && tx.mode !== "readonly") refuseLast(tx);
      return request;
    };
  }
}

const READS = ["get", "getKey", "getAll", "getAllKeys", "count", "openCursor"];

/** To be called once, after fake-indexeddb is in place. */
export function watchRequests(): void {
  watch(
    IDBObjectStore.prototype,
    [...READS, "add", "put", "delete"],
    (store: { transaction: Inside }) => store.transaction,
  );
  watch(IDBIndex.prototype, READS, (index: { objectStore: { transaction: Inside } }) => index.objectStore.transaction);
  const ofCursor = (cursor: { source: { transaction: Inside } }) => cursor.source.transaction;
  watch(IDBCursor.prototype, ["update", "continue", "delete"], ofCursor);
}
