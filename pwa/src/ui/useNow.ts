import { useEffect, useState } from "preact/hooks";

const TICK_MS = 30_000;

/** The time now, by `read`, renewed every half minute and when the screen comes back to the front. */
export function useNow(read: () => Date = () => new Date()): Date {
  const [now, setNow] = useState(read);
  useEffect(() => {
    const tick = () => setNow(read());
    const timer = setInterval(tick, TICK_MS);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [read]);
  return now;
}
