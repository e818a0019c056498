export interface Pause {
  since: string;
  until: string | null;
  reason: string;
}

export interface ClockTimes {
  startedAt: string;
  dueAt: string;
  /** When the work was done; null while the clock runs. */
  doneAt: string | null;
  pauses: readonly Pause[];
}

export interface Segment {
  kind: "running" | "paused" | "over" | "left";
  from: number;
  until: number;
  /** Share of the whole bar, 0–100. */
  percent: number;
  reason?: string;
}

const time = (at: string | Date) => new Date(at).getTime();

/** The life of a clock as parts of one bar, in order and without gaps: running, paused (with its
 *  reason), over (past due, still not done) and left (until due). Times are milliseconds. */
export function clockSegments(clock: ClockTimes, now: string | Date): Segment[] {
  const start = time(clock.startedAt);
  const due = time(clock.dueAt);
  const stop = clock.doneAt ? time(clock.doneAt) : Math.max(start, time(now));
  const end = Math.max(due, stop);
  if (end <= start) return [];
  const segments: Segment[] = [];
  const add = (kind: Segment["kind"], from: number, until: number, reason?: string) => {
    if (until <= from) return;
    const percent = ((until - from) / (end - start)) * 100;
    segments.push(reason === undefined ? { kind, from, until, percent } : { kind, from, until, percent, reason });
  };
  const run = (from: number, until: number) => {
    add("running", from, Math.min(until, Math.max(from, due)));
    add("over", Math.max(from, due), until);
  };
  let at = start;
  const pauses = [...clock.pauses].sort((a, b) => time(a.since) - time(b.since));
  for (const pause of pauses) {
    const from = Math.min(stop, Math.max(at, time(pause.since)));
    const until = Math.min(stop, Math.max(from, pause.until ? time(pause.until) : stop));
    run(at, from);
    add("paused", from, until, pause.reason);
    at = until;
  }
  run(at, stop);
  add("left", stop, due);
  return segments;
}

/** Milliseconds the clock ran in all (gross) and without its pauses (net). */
export function clockSpent(segments: readonly Segment[]): { gross: number; net: number } {
  let gross = 0;
  let net = 0;
  for (const part of segments) {
    if (part.kind === "left") continue;
    gross += part.until - part.from;
    if (part.kind !== "paused") net += part.until - part.from;
  }
  return { gross, net };
}
