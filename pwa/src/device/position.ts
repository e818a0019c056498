/** Where the phone is, watched only while a screen needs it. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Place, Point } from "../api/types";

export interface Fix extends Point {
  accuracy_m: number;
  altitude_m: number | null;
  /** When the phone measured it; may be older than now. */
  fix_at: string;
}

export type PositionStatus = "idle" | "asking" | "ok" | "denied" | "unavailable";

export const fix = signal<Fix | null>(null);
export const positionStatus = signal<PositionStatus>("idle");

let watchers = 0;
let watchId: number | null = null;

function take(position: GeolocationPosition): void {
  const { longitude, latitude, accuracy, altitude } = position.coords;
  fix.value = {
    longitude,
    latitude,
    accuracy_m: accuracy,
    altitude_m: altitude,
    fix_at: new Date(position.timestamp).toISOString(),
  };
  positionStatus.value = "ok";
}

function refuse(error: GeolocationPositionError): void {
  if (error.code === error.PERMISSION_DENIED) positionStatus.value = "denied";
  else if (fix.value === null) positionStatus.value = "unavailable";
}

const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 };

function start(): void {
  if (!navigator.geolocation) {
    positionStatus.value = "unavailable";
    return;
  }
  if (fix.value === null) positionStatus.value = "asking";
  watchId = navigator.geolocation.watchPosition(take, refuse, OPTIONS);
}

function stop(): void {
  if (watchId !== null) navigator.geolocation.clearWatch(watchId);
  watchId = null;
}

/** Keeps the phone measuring its place while the calling screen is shown; read `fix`. */
export function usePosition(): void {
  useEffect(() => {
    watchers += 1;
    if (watchers === 1) start();
    return () => {
      watchers -= 1;
      if (watchers === 0) stop();
    };
  }, []);
}

/** Asks again, e.g. after the person has allowed it; a fresh measurement, not a remembered one. */
export function measureAgain(): void {
  stop();
  positionStatus.value = "asking";
  navigator.geolocation?.getCurrentPosition(take, refuse, { ...OPTIONS, maximumAge: 0 });
  if (watchers > 0) start();
}

/** A fix older than this is asked for anew at the shutter: the phone may have been carried on meanwhile. */
const FRESH_MS = 15_000;
const WAIT_FOR_FIX_MS = 2_000;

/**
 * The place at this moment, for a photo; its `fix_at` tells its age. The phone's measuring rests while
 * the camera is open, so an old fix is replaced by a new one if that comes within two seconds.
 */
export async function placeAtShutter(): Promise<Place | null> {
  const known = fix.peek();
  const fresh = known !== null && Date.now() - Date.parse(known.fix_at) < FRESH_MS;
  if (!fresh && positionStatus.peek() !== "denied" && navigator.geolocation) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, WAIT_FOR_FIX_MS);
      const found = (position: GeolocationPosition) => {
        take(position);
        resolve();
      };
      const options = { ...OPTIONS, maximumAge: FRESH_MS, timeout: WAIT_FOR_FIX_MS };
      navigator.geolocation.getCurrentPosition(found, () => resolve(), options);
    });
  }
  return lastPlace();
}

/** The newest fix as a place; null when there is none yet. */
export function lastPlace(): Place | null {
  const best = fix.peek();
  return best ? placeOf(best) : null;
}

/** A fix as a place to send. */
export function placeOf(from: Fix): Place {
  return {
    longitude: from.longitude,
    latitude: from.latitude,
    accuracy_m: Math.round(from.accuracy_m * 10) / 10,
    altitude_m: from.altitude_m,
    fix_at: from.fix_at,
    source: "gps",
  };
}
