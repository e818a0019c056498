/**
 * The phone's own database. `storage/` is the only importer of the IndexedDB library.
 *
 * Photos are kept as ArrayBuffers: Blobs in IndexedDB have come back from iOS with 0 bytes.
 * The connection is opened again when the system takes it away, as iOS does when memory is short.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Defect, Job, Operation, PhotoRecord, Point } from "../api/types";

/** `here`: not sent yet. `sent`: the server has it. `refused` and `conflict` need a person. */
export type ItemState = "here" | "sent" | "refused" | "conflict";

export interface OutboxItem {
  /** UUIDv7: its order is the order in which things were done. */
  id: string;
  person_id: string;
  operation: Operation;
  state: ItemState;
  /** Why it is still here, in the server's words; null while it simply has not been sent. */
  reason: string | null;
  code: string | null;
  tries: number;
  sent_at: string | null;
  /** The number people use, once the server has given one: "D-1042". */
  number: string | null;
}

export interface LocalPhoto extends PhotoRecord {
  operation_id: string;
  person_id: string;
  /** The photo; null once the server has confirmed the same SHA-256. */
  bytes: ArrayBuffer | null;
  /** A small JPEG to show until the server's own is ready. */
  preview: ArrayBuffer | null;
  state: "here" | "sent" | "refused";
  reason: string | null;
  tries: number;
}

/** What is kept in `meta`, one value a name. */
export interface Meta {
  device_id: string;
  person: import("../api/types").Person | null;
  /** Whose rows `defects` and `jobs` hold. */
  rows_of: string | null;
  /** Signed out here while the server could not be told. */
  leaving: boolean;
  cursor: string | null;
  pulled_at: string | null;
  clock_offset_ms: number;
  reference: { etag: string | null; value: import("../api/types").Reference };
  news: import("../api/types").News;
  patrol: { patrol_id: string; started_at: string; person_id: string } | null;
  last_place: Point | null;
}

/** What one person reports most and last, so that the next report takes fewer taps. */
export interface Habits {
  person_id: string;
  counts: Record<string, number>;
  recent: string[];
}

interface Schema extends DBSchema {
  operations: { key: string; value: OutboxItem };
  photos: { key: string; value: LocalPhoto; indexes: { operation: string } };
  defects: { key: string; value: Defect };
  jobs: { key: string; value: Job };
  habits: { key: string; value: Habits };
  meta: { key: string; value: Meta[keyof Meta] };
}

export type Database = IDBPDatabase<Schema>;

const NAME = "sightline";
const VERSION = 1;
let opening: Promise<Database> | null = null;

function open(): Promise<Database> {
  opening ??= openDB<Schema>(NAME, VERSION, {
    upgrade(database) {
      database.createObjectStore("operations", { keyPath: "id" });
      const photos = database.createObjectStore("photos", { keyPath: "id" });
      photos.createIndex("operation", "operation_id");
      database.createObjectStore("defects", { keyPath: "id" });
      database.createObjectStore("jobs", { keyPath: "id" });
      database.createObjectStore("habits", { keyPath: "person_id" });
      database.createObjectStore("meta");
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opening = null;
    },
    terminated() {
      opening = null;
    },
  }).catch((error: unknown) => {
    opening = null;
    throw error;
  });
  return opening;
}

/** Runs `work` on an open database; opens it again, once, when the connection was taken away. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(await open());
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    opening = null;
    return work(await open());
  }
}

export async function getMeta<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined> {
  return withDatabase(async (db) => (await db.get("meta", name)) as Meta[K] | undefined);
}

export async function setMeta<K extends keyof Meta>(name: K, value: Meta[K]): Promise<void> {
  await withDatabase((db) => db.put("meta", value, name));
}
