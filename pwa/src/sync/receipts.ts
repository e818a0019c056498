/**
 * What the server has confirmed, kept for a week: a person can see that what left the phone arrived,
 * also after the phone has let go of it.
 */
import { computed, effect, signal } from "@preact/signals";
import { getMeta, type LocalPhoto, type OutboxItem, type Receipt, setMeta } from "../storage/db";
import { items, localPhotos, session } from "./state";

const WEEK_MS = 7 * 86_400_000;
const KEPT = 2_000;

const receipts = signal<readonly Receipt[]>([]);

/** This person's, newest first. */
export const myReceipts = computed(() => {
  const me = session.value.person?.id;
  return receipts.value.filter((one) => one.person_id === me).reverse();
});

export function receiptOf(item: OutboxItem, photos: number, nowIso: string): Receipt {
  const payload = item.operation.payload as { category?: string; defect_id?: string; job_id?: string };
  return {
    id: item.id,
    person_id: item.person_id,
    kind: item.operation.kind,
    category: payload.category ?? null,
    defect_id: payload.defect_id ?? null,
    job_id: payload.job_id ?? null,
    number: item.number,
    made_at: item.operation.made_at,
    received_at: item.received_at ?? item.sent_at,
    photos,
    complete_at: nowIso,
  };
}

/** Receipts for what is wholly on the server and has none yet, in the order things were done. */
export function newReceipts(
  known: readonly Receipt[],
  outbox: readonly OutboxItem[],
  photos: readonly LocalPhoto[],
  nowIso: string,
): Receipt[] {
  const have = new Set(known.map((one) => one.id));
  const sent = outbox.filter((item) => item.state === "sent" && !have.has(item.id));
  if (sent.length === 0) return [];
  const confirmed = new Map<string, number>();
  const open = new Set<string>();
  for (const { operation_id, state } of photos) {
    if (state === "sent") confirmed.set(operation_id, (confirmed.get(operation_id) ?? 0) + 1);
    else open.add(operation_id);
  }
  return sent.filter((item) => !open.has(item.id)).map((item) => receiptOf(item, confirmed.get(item.id) ?? 0, nowIso));
}

/** Those of the last seven days, at most two thousand. */
export function stillKept(all: readonly Receipt[], now: number): Receipt[] {
  return all.filter((one) => now - Date.parse(one.complete_at) < WEEK_MS).slice(-KEPT);
}

let writing: Promise<unknown> = Promise.resolve();

/** Reads them, and from now on notes each thing as soon as the server has all of it. */
export async function startReceipts(): Promise<void> {
  receipts.value = stillKept((await getMeta("receipts")) ?? [], Date.now());
  effect(() => {
    const outbox = items.value;
    const photos = localPhotos.value;
    const known = receipts.peek();
    const fresh = newReceipts(known, outbox, photos, new Date().toISOString());
    if (fresh.length === 0) return;
    receipts.value = stillKept([...known, ...fresh], Date.now());
    writing = writing.then(keep, keep);
  });
}

/** Joined with what another window noted meanwhile. A receipt that can't be kept is no loss of work. */
async function keep(): Promise<void> {
  const kept = (await getMeta("receipts")) ?? [];
  const mine = new Set(receipts.peek().map((one) => one.id));
  const others = stillKept(kept, Date.now()).filter((one) => !mine.has(one.id));
  if (others.length > 0) {
    receipts.value = [...others, ...receipts.peek()].sort((a, b) => (a.complete_at < b.complete_at ? -1 : 1));
  }
  await setMeta("receipts", [...receipts.peek()]).catch(() => undefined);
}
