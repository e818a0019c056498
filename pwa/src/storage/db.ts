/**
 * The connection to the phone's own database. `storage/` is the only importer of the IndexedDB
 * library.
 *
 * Photos are kept as ArrayBuffers: Blobs in IndexedDB have come back from iOS with 0 bytes.
 * The connection is opened again when the system takes it away, as iOS does when memory is short.
 */
import { type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import { migrate, moveOn, VERSION } from "./migrations";
import {
  nameOf,
  noAnswer,
  noStore,
  otherWindow,
  StorageFull,
  StorageProblem,
  StoreTooNew,
  uncertain,
} from "./problems";
import type { Meta, Schema } from "./schema";

export * from "./problems";
export type { Habits, ItemState, LocalPhoto, Meta, OutboxItem, PhotoToKeep, Receipt } from "./schema";

export type Database = IDBPDatabase<Schema>;
export type Store = StoreNames<Schema>;
export type Read = IDBPTransaction<Schema, Store[], "readonly">;
export type Write = IDBPTransaction<Schema, Store[], "readwrite">;

const NAME = "sightline";
/** Other windows are given this long to close their connection before an upgrade gives up. */
const BLOCKED_MS = 5_000;

/** What browsers answer to opening a store where they allow none, as in some private windows. */
const FORBIDDEN: ReadonlySet<string> = new Set(["SecurityError", "InvalidStateError", "NotAllowedError"]);

let opening: Promise<Database> | null = null;
let current: Database | null = null;

function open(): Promise<Database> {
  if (!opening) {
    const mine = connect().then(
      (database) => {
        if (opening === mine) current = database;
        return database;
      },
      (error: unknown) => {
        if (opening === mine) opening = null;
        throw error;
      },
    );
    opening = mine;
  }
  return opening;
}

async function connect(): Promise<Database> {
  if (!globalThis.indexedDB) throw noStore();
  try {
    return await openOnce();
  } catch (first) {
    if (first instanceof StorageProblem) throw first;
    if (nameOf(first) === "VersionError") throw new StoreTooNew(first);
    // An upgrade copies for a moment; what only saves a download makes room for it.
    if (nameOf(first) === "QuotaExceededError") await globalThis.caches?.delete("basemap").catch(() => false);
    try {
      return await openOnce();
    } catch (second) {
      if (second instanceof StorageProblem) throw second;
      if (nameOf(second) === "VersionError") throw new StoreTooNew(second);
      if (nameOf(second) === "QuotaExceededError") throw new StorageFull(second);
      throw FORBIDDEN.has(nameOf(second)) ? noStore(second) : noAnswer(second);
    }
  }
}

function openOnce(): Promise<Database> {
  let failure: unknown = null;
  const note = (error: unknown) => {
    if (failure === null || nameOf(error) === "QuotaExceededError") failure = error;
  };
  let own: Database | null = null;
  let late = false;
  return new Promise<Database>((resolve, reject) => {
    let limit: ReturnType<typeof setTimeout> | undefined;
    openDB<Schema>(NAME, VERSION, {
      upgrade(database, oldVersion, _newVersion, tx) {
        // The opening itself only says "aborted"; why (a full disk) is said in one of these two.
        tx.done.catch(note);
        migrate(database as never, oldVersion, tx as never).catch((error: unknown) => {
          note(error);
          // Without this the steps done so far would be committed.
          abort(tx);
        });
      },
      blocked() {
        limit = setTimeout(() => {
          late = true;
          reject(otherWindow());
        }, BLOCKED_MS);
      },
      blocking() {
        // A newer app wants to upgrade, or the person clears the site's data: make way. What is
        // running in this connection is finished first.
        if (own) forget(own);
      },
      terminated() {
        if (own) forget(own);
      },
    })
      .then(async (database) => {
        own = database;
        clearTimeout(limit);
        // Nobody waits for this one any more; the next use opens another.
        if (late) return database.close();
        await moveOn(database as never);
        resolve(database);
      })
      .catch((error: unknown) => {
        clearTimeout(limit);
        own?.close();
        reject(failure ?? error);
      });
  });
}

function abort(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch {
    // It has ended already.
  }
}

function forget(database: Database): void {
  if (current === database) {
    current = null;
    opening = null;
  }
  try {
    database.close();
  } catch {
    // It was closed already.
  }
}

/** The connection went away in the middle of a transaction, which may or may not be committed. */
class Lost extends Error {
  constructor(cause: unknown) {
    super("The connection to the store was lost", { cause });
  }
}

const LOST: ReadonlySet<string> = new Set([
  "AbortError",
  "InvalidStateError",
  "TransactionInactiveError",
  "UnknownError",
]);

/** Starts a transaction; on a new connection when the old one turns out to be closed. */
async function begin(stores: Store[], mode: IDBTransactionMode, strict: boolean): Promise<[Database, Write]> {
  const options: IDBTransactionOptions = strict ? { durability: "strict" } : {};
  for (let attempt = 1; ; attempt += 1) {
    const database = await open();
    try {
      return [database, database.transaction(stores, mode as "readwrite", options)];
    } catch (error) {
      // Nothing has begun, so beginning again can do nothing twice.
      forget(database);
      if (nameOf(error) !== "InvalidStateError" || attempt === 3) throw noAnswer(error);
    }
  }
}

async function runOnce<T>(
  stores: Store[],
  mode: IDBTransactionMode,
  strict: boolean,
  work: (tx: Write) => Promise<T>,
): Promise<T> {
  const [database, tx] = await begin(stores, mode, strict);
  const done = tx.done;
  done.catch(() => undefined);
  try {
    const result = await work(tx);
    // What was read is right however the transaction ends.
    if (mode === "readwrite") await done;
    return result;
  } catch (error) {
    abort(tx);
    const end = await done.then(
      () => null,
      (reason: unknown) => reason,
    );
    // Of several errors the first may only say that another one ended it.
    const errors = [error, end, tx.error].filter((one) => one !== null && one !== undefined);
    if (errors.some((one) => nameOf(one) === "QuotaExceededError")) throw new StorageFull(error);
    for (const one of errors) if (!LOST.has(nameOf(one))) throw one;
    forget(database);
    throw new Lost(error);
  }
}

/** Reads in one transaction; once more when the connection was lost meanwhile. */
export async function reading<T>(stores: Store[], work: (tx: Read) => Promise<T>): Promise<T> {
  const once = () => runOnce(stores, "readonly", false, (tx) => work(tx as unknown as Read));
  return once().catch((error: unknown) => {
    if (!(error instanceof Lost)) throw error;
    return once().catch(inWords);
  });
}

export interface WritingOptions<T> {
  /** Resolve only when it is on the disk, not only with the system: for what a person saved. */
  strict?: boolean;
  /**
   * For work that must not be done twice: asked after the connection was lost in the middle. The
   * result when the transaction turns out to be committed; null when it is not, so that it may run
   * again. Without it `work` has to be such that running it again changes nothing.
   */
  committed?: () => Promise<{ result: T } | null>;
}

/**
 * Writes in one transaction: all or nothing. `work` awaits nothing but `tx`'s own requests. Rejects
 * with StorageFull, StoreTooNew or StoreUnavailable, or with what `work` threw, and then nothing
 * of it was written.
 */
export async function writing<T>(
  stores: Store[],
  work: (tx: Write) => Promise<T>,
  { strict = false, committed }: WritingOptions<T> = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(stores, "readwrite", strict, work);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      const there = await committed?.().catch((unknown: unknown) => {
        throw uncertain(unknown);
      });
      if (there) return there.result;
      if (attempt === 2) throw noAnswer(error);
    }
  }
}

function inWords(error: unknown): never {
  throw error instanceof Lost ? noAnswer(error) : error;
}

/** Closes this window's connection; the next use opens it again. */
export async function closeDatabase(): Promise<void> {
  const open = await opening?.catch(() => null);
  if (open) forget(open);
}

export async function getMeta<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined> {
  return reading(["meta"], async (tx) => (await tx.objectStore("meta").get(name)) as Meta[K] | undefined);
}

export async function setMeta<K extends keyof Meta>(name: K, value: Meta[K]): Promise<void> {
  await writing(["meta"], (tx) => tx.objectStore("meta").put(value, name));
}
