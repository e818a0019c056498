/** What the phone's database holds: in the open, as callers see it, and at rest. */
import type { DBSchema } from "idb";
import type {
  AuditRow,
  Defect,
  Job,
  News,
  Operation,
  Person,
  PhotoRecord,
  Point,
  PublishedChecklist,
  Reference,
} from "../api/types";
import type { Sealed } from "./sealing";

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
  /** Set durably BEFORE the first attempt to send: from then on the content stays as it is. ISO. */
  tried_at: string | null;
  /** When the server said that it has it, by this phone's clock, ISO. */
  sent_at: string | null;
  /** When the server first received it, by the server's clock, ISO: the receipt. */
  received_at: string | null;
  /** The number people use, once the server has given one: "D-1042". */
  number: string | null;
  /** When its content was last saved on this phone, ISO. */
  saved_at: string;
}

/** All that is known of a photo but its bytes, which are read one by one: `photoBytes`, `previewOf`. */
export interface LocalPhoto extends PhotoRecord {
  operation_id: string;
  person_id: string;
  state: "here" | "sent" | "refused";
  reason: string | null;
  tries: number;
  /** Bytes that the server has told it keeps of the beginning. */
  offset: number;
  /** The photo is on this phone; false once the server has confirmed the same SHA-256. */
  has_bytes: boolean;
  /** A small JPEG to show until the server's own is ready. */
  has_preview: boolean;
  sent_at: string | null;
}

/** A photo as it is handed in to be kept. */
export interface PhotoToKeep extends LocalPhoto {
  bytes: ArrayBuffer;
  preview: ArrayBuffer | null;
}

/**
 * That the server has one thing and all its photos, their hashes compared. Kept for a week after the
 * thing itself has left the phone. No words of the person's own: it is never sealed.
 */
export interface Receipt {
  /** Of the operation. */
  id: string;
  person_id: string;
  kind: Operation["kind"];
  category: string | null;
  defect_id: string | null;
  job_id: string | null;
  /** "D-1042" where the server gave one. */
  number: string | null;
  made_at: string;
  /** By the server's clock. */
  received_at: string | null;
  /** How many photos were confirmed with an equal SHA-256. */
  photos: number;
  /** When this phone had the last confirmation, ISO. */
  complete_at: string;
}

/** What is kept in `meta`, one value a name. */
export interface Meta {
  device_id: string;
  receipts: Receipt[];
  person: Person | null;
  /** Whose rows `defects` and `jobs` hold. */
  rows_of: string | null;
  /** Which shape of rows they are; another one is thrown away and pulled anew. */
  rows_schema: number;
  /** Signed out here while the server could not be told. */
  leaving: boolean;
  cursor: string | null;
  pulled_at: string | null;
  clock_offset_ms: number;
  reference: { etag: string | null; value: Reference };
  news: News;
  patrol: { patrol_id: string; started_at: string; person_id: string } | null;
  last_place: Point | null;
  /** The server's version of what is published, and of which audits belong on this phone. */
  checklists_etag: string | null;
  audits_etag: { person_id: string; etag: string | null };
  /** Jobs that a crew leaves for later; forgotten when the council's day (its start, ISO) is over. */
  left_for_later: { person_id: string; day: string; ids: string[] } | null;
}

/** What one person reports most and last, so that the next report takes fewer taps. */
export interface Habits {
  person_id: string;
  counts: Record<string, number>;
  recent: string[];
}

/** An audit as the server told it. */
export interface KeptAudit extends AuditRow {
  /** When this phone asked for it, by its own clock, ISO: what was sent before is part of it. */
  asked_at: string;
  /** Only looked at: it does not belong on this phone. */
  looked?: boolean;
}

/** A version of a checklist; those that were replaced stay while an audit goes by them. */
export interface StoredChecklist extends PublishedChecklist {
  /** It can be begun by: the newest that this phone knows. */
  published: boolean;
}

/** At rest, a record's content is either there as it is or sealed under its person's PIN. */
export interface StoredItem extends Omit<OutboxItem, "operation" | "reason"> {
  operation?: Operation;
  sealed?: Sealed;
  reason: string | Sealed | null;
  /** Changes with every change of the content, so that nobody writes over what they haven't seen. */
  revision: string;
}

/** What stays readable of a sealed photo. */
type PhotoOutside = Omit<LocalPhoto, keyof PhotoRecord | "reason"> & Pick<PhotoRecord, "id" | "size_bytes">;

export interface StoredPhoto extends PhotoOutside, Partial<Omit<PhotoRecord, "id" | "size_bytes">> {
  sealed?: Sealed;
  reason: string | Sealed | null;
  preview_size_bytes: number;
}

export interface StoredBytes {
  id: string;
  bytes?: ArrayBuffer;
  sealed?: Sealed;
}

/** A draft without the pictures in it, which are in `draft_bytes` and written once. */
export interface StoredDraft {
  person_id: string;
  saved_at: string;
  content?: unknown;
  sealed?: Sealed;
}

export interface StoredDraftBytes extends StoredBytes {
  person_id: string;
}

/** One person's PIN: the key of their records, wrapped by a key that only the PIN makes. */
export interface Vault {
  person_id: string;
  key_id: string;
  salt: Uint8Array<ArrayBuffer>;
  /** PBKDF2 iterations, kept with the key so that they can rise. */
  rounds: number;
  iv: Uint8Array<ArrayBuffer>;
  wrapped: ArrayBuffer;
  /** `sealing` and `removing` until every record has followed. */
  state: "sealing" | "sealed" | "removing";
  /** Wrong tries since the last right one. */
  wrong: number;
  /** No try before this moment, epoch ms. */
  wait_until: number;
}

export interface Schema extends DBSchema {
  operations: { key: string; value: StoredItem; indexes: { person_state: [string, string] } };
  photos: { key: string; value: StoredPhoto; indexes: { operation: string; person_state: [string, string] } };
  photo_bytes: { key: string; value: StoredBytes };
  previews: { key: string; value: StoredBytes };
  drafts: { key: string; value: StoredDraft };
  draft_bytes: { key: string; value: StoredDraftBytes; indexes: { person: string } };
  vaults: { key: string; value: Vault };
  defects: { key: string; value: Defect };
  jobs: { key: string; value: Job };
  audits: { key: string; value: KeptAudit };
  checklists: { key: string; value: StoredChecklist };
  habits: { key: string; value: Habits };
  meta: { key: string; value: Meta[keyof Meta] };
}
