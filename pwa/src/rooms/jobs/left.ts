/** Jobs that a crew leaves for later today. Kept on this phone only: nobody's clock changes by it. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getMeta, setMeta } from "../../storage/db";
import { session } from "../../sync";

interface Left {
  person_id: string;
  day: string;
  ids: string[];
}

const kept = signal<Left | null>(null);
const NONE: ReadonlySet<string> = new Set();

/** Those of this person and this council's day, which began at `midnight`. */
export function leftToday(midnight: Date): ReadonlySet<string> {
  const left = kept.value;
  const mine = left?.person_id === session.value.person?.id && left?.day === midnight.toISOString();
  return left && mine ? new Set(left.ids) : NONE;
}

/** Reads once what this phone has kept. */
export function useLeft(): void {
  useEffect(() => {
    if (kept.value) return;
    void getMeta("left_for_later").then((found) => {
      if (found) kept.value = found;
    });
  }, []);
}

/** Puts a job at the end of today, or back where the order has it. Rejects where the phone can't keep it. */
export async function leave(id: string, forLater: boolean, midnight: Date): Promise<void> {
  const person_id = session.value.person?.id;
  if (!person_id) return;
  const others = [...leftToday(midnight)].filter((each) => each !== id);
  const next = { person_id, day: midnight.toISOString(), ids: forLater ? [...others, id] : others };
  await setMeta("left_for_later", next);
  kept.value = next;
}
