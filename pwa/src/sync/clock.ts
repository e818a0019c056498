/**
 * What this phone knows of the server's clock. Every answer measures it: the offset is right
 * to within half its round trip, so the quickest answer knows best, until the phone's clock is
 * found to have been changed.
 */
import type { Heard } from "../api/client";

export interface ClockSample {
  /** Server minus phone, milliseconds. */
  offset_ms: number;
  /** How far that may be wrong either way: half the round trip, and the server's own exactness. */
  within_ms: number;
  /** This phone's clock when it was measured. */
  at_ms: number;
}

/** A crystal drifts by some 20 seconds a week: an old measurement grows this much less sure. */
const DRIFT = 50e-6;
const SLACK_MS = 20;

type Measured = Pick<Heard, "server_ms" | "server_within_ms" | "got_ms" | "round_trip_ms">;

export function sampleOf({ server_ms, server_within_ms, got_ms, round_trip_ms }: Measured): ClockSample | null {
  if (server_ms === null) return null;
  const half = round_trip_ms / 2;
  return { offset_ms: server_ms - (got_ms - half), within_ms: half + server_within_ms, at_ms: got_ms };
}

/** The better of what was known and what was just measured. */
export function betterClock(known: ClockSample | null, fresh: ClockSample): ClockSample {
  if (!known) return fresh;
  const knownWithin = known.within_ms + Math.abs(fresh.at_ms - known.at_ms) * DRIFT;
  const apart = Math.abs(fresh.offset_ms - known.offset_ms);
  // Both can't be right: the phone's clock was changed meanwhile.
  if (apart > knownWithin + fresh.within_ms + SLACK_MS) return fresh;
  return fresh.within_ms <= knownWithin ? fresh : known;
}

/** The phone's clock against one that nobody can set, when the offset was last known to be right. */
let steady_ms = Date.now() - performance.now();

/** The offset is right as of now. */
export function noteSteadyClock(): void {
  steady_ms = Date.now() - performance.now();
}

/**
 * Milliseconds by which the phone's clock was set back since then, to be added to the offset. One set
 * forward can't be told from a phone that slept: the server never lets that lie after the receipt.
 */
export function setBackMs(): number {
  const back = steady_ms - (Date.now() - performance.now());
  return back > 1000 ? back : 0;
}
