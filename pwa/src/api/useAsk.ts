/** Reading from a screen: the newest answer, or the last one with its age when there is no signal. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask } from "./client";
import type { Problem } from "./types";

export interface Asked<T> {
  data: T | null;
  /** When `data` was answered, ISO; null while there is none. */
  at: string | null;
  state: "loading" | "ok" | "offline" | "problem";
  problem: Problem | null;
  /** Asks again now; what is shown stays until the answer comes. */
  again: () => void;
}

interface Kept {
  at: string;
  data: unknown;
}

/** Answers live as long as the tab: a desk that is closed leaves nothing behind. */
const PREFIX = "sightline:";

function remembered(path: string): Kept | null {
  try {
    const text = sessionStorage.getItem(PREFIX + path);
    return text ? (JSON.parse(text) as Kept) : null;
  } catch {
    return null;
  }
}

function remember(path: string, kept: Kept): void {
  try {
    sessionStorage.setItem(PREFIX + path, JSON.stringify(kept));
  } catch {
    forgetAnswers();
  }
}

/** Throws every kept answer away: at sign-out, and where the tab's storage is full. */
export function forgetAnswers(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}

type Snapshot<T> = Omit<Asked<T>, "again">;

function startOf<T>(path: string | null): Snapshot<T> {
  const kept = path ? remembered(path) : null;
  const data = (kept?.data ?? null) as T | null;
  return { data, at: kept?.at ?? null, state: "loading", problem: null };
}

/** Asks for `path` (null: nothing) and again every `everyMs`, while the screen is in front. */
export function useAsk<T>(path: string | null, everyMs = 0): Asked<T> {
  const [shown, setShown] = useState<Snapshot<T> & { path: string | null }>(() => ({
    ...startOf<T>(path),
    path,
  }));
  const [round, setRound] = useState(0);
  const latest = useRef(path);
  latest.current = path;
  const again = useCallback(() => setRound((n) => n + 1), []);

  useEffect(() => {
    if (!path) return;
    void ask<T>(path).then((answer) => {
      if (latest.current !== path) return;
      if (answer.kind === "ok") {
        const kept = { at: new Date().toISOString(), data: answer.data };
        remember(path, kept);
        setShown({ path, data: answer.data, at: kept.at, state: "ok", problem: null });
      } else if (answer.kind === "problem") {
        const { problem } = answer;
        setShown({ ...startOf<T>(null), path, state: "problem", problem });
      } else {
        setShown({ ...startOf<T>(path), path, state: "offline" });
      }
    });
  }, [path, round]);

  useEffect(() => {
    if (!everyMs) return;
    const tick = () => document.visibilityState === "visible" && again();
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [everyMs, again]);

  const current = shown.path === path ? shown : { ...startOf<T>(path), path };
  return { ...current, again };
}
