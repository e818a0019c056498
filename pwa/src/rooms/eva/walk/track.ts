/** The route of a walk, where whoever walks asked for it: kept in stretches, so that little is lost with the app. */
import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fix } from "../../../device/position";
import { uuid7 } from "../../../sync";
import { act } from "./answering";
import type { Walk } from "./useWalk";

type Fix = [number, number, number, number];

const MOST = 60;
const EVERY_MS = 2 * 60_000;
/** Worse than this says nothing about which street it was. */
const GOOD_ENOUGH_M = 30;

/** Whether a fix is worth keeping after the one before: as exact as needed, and a few metres or seconds on. */
export function isWorth(next: Fix, before: Fix | undefined): boolean {
  if (next[2] > GOOD_ENOUGH_M) return false;
  if (!before) return true;
  const east = (next[0] - before[0]) * 111_320 * Math.cos((next[1] * Math.PI) / 180);
  const north = (next[1] - before[1]) * 111_320;
  return Math.hypot(east, north) >= 4 || (next[3] - before[3] >= 60 && Math.hypot(east, north) >= 2);
}

/** Notes where the phone goes while the walk is on the screen and goes on. */
export function useTrack({ audit, canAnswer }: Walk): void {
  const wanted = audit.track_wanted && canAnswer && audit.state === "walking";
  useEffect(() => {
    if (!wanted) return;
    let points: Fix[] = [];
    const keep = () => {
      if (points.length < 2) return;
      const stretch = points;
      // The next stretch begins where this one ends, so that the line has no holes.
      points = stretch.slice(-1);
      void act("add_track", { track_id: uuid7(), audit_id: audit.id, points: stretch }).catch(() => {
        points = [...stretch, ...points.slice(1)];
      });
    };
    const stop = effect(() => {
      const at = fix.value;
      if (!at) return;
      const next: Fix = [at.longitude, at.latitude, at.accuracy_m, Math.round(Date.parse(at.fix_at) / 1000)];
      if (!isWorth(next, points.at(-1))) return;
      points.push(next);
      if (points.length >= MOST) keep();
    });
    const timer = setInterval(keep, EVERY_MS);
    const hidden = () => document.visibilityState === "hidden" && keep();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      stop();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
      keep();
    };
  }, [wanted, audit.id]);
}
