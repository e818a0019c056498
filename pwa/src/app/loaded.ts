/** Code that comes when somebody opens what it draws: fetched once, then at hand. */
import { useEffect, useState } from "preact/hooks";

type Load<T> = () => Promise<{ default: T }>;

const loaded = new Map<Load<unknown>, unknown>();

/** Fetch it before anybody asks; draws nothing by itself. */
export function fetchAhead(load: Load<unknown>): void {
  void load().then(
    (module) => loaded.set(load, module.default),
    () => undefined,
  );
}

/** What `load` brings, null until it is there. `failed` when it can't be had now. */
export function useLoaded<T>(load: Load<T> | undefined): { it: T | null; failed: boolean; again: () => void } {
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const it = ((load && loaded.get(load)) ?? null) as T | null;
  useEffect(() => {
    if (!load || it) return;
    if (loaded.has(load)) {
      // It came between the drawing and this: `fetchAhead` draws nothing by itself.
      redraw((n) => n + 1);
      return;
    }
    let here = true;
    setFailed(false);
    load().then(
      (module) => {
        loaded.set(load, module.default);
        if (here) redraw((n) => n + 1);
      },
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [load, it, tries]);
  return { it, failed, again: () => setTries((n) => n + 1) };
}
