/** How many conflicts wait for a desk, for the number on the rail. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../api/client";
import type { ConflictPage, Role } from "../api/types";

const EVERY_MS = 60_000;
const DECIDES: ReadonlySet<Role> = new Set<Role>(["dispatcher", "manager", "administrator"]);

export const openConflicts = signal(0);

/** Asks now; what is shown stays where there is no answer. */
export async function countConflicts(): Promise<void> {
  const answer = await ask<ConflictPage>("/api/conflicts?page_size=1");
  if (answer.kind === "ok") openConflicts.value = answer.data.count;
}

/** Keeps the number fresh while a desk of this role is in front. */
export function useOpenConflicts(role: Role | null): void {
  const decides = role !== null && DECIDES.has(role);
  useEffect(() => {
    if (!decides) return;
    const tick = () => {
      if (document.visibilityState === "visible") void countConflicts();
    };
    tick();
    const timer = setInterval(tick, EVERY_MS);
    return () => {
      clearInterval(timer);
      openConflicts.value = 0;
    };
  }, [decides]);
}
