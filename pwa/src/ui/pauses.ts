import type { Pause } from "./clock";
import type { StoryStep } from "./Story";

/** Every pause of a job, read from its story: a pause ends with the next "resumed", "done" or
 *  "returned". `paused` is the pause that is on now, whose reason the story may not spell out. */
export function pausesOf(story: readonly StoryStep[], paused: { reason: string; since: string } | null): Pause[] {
  const pauses: Pause[] = [];
  let open: Pause | null = null;
  for (const line of [...story].sort((a, b) => a.at.localeCompare(b.at))) {
    if (line.kind === "job.paused") {
      open = { since: line.at, until: null, reason: reasonIn(line.words) };
      pauses.push(open);
    } else if (open && /^job\.(resumed|done|returned|cancelled|started)$/.test(line.kind)) {
      open.until = line.at;
      open = null;
    }
  }
  if (paused && !open) pauses.push({ since: paused.since, until: null, reason: paused.reason });
  return pauses;
}

/** "Paused by Sam: no access" gives "no access"; words without a colon are kept whole. */
function reasonIn(words: string): string {
  const at = words.indexOf(":");
  return at < 0 ? words : words.slice(at + 1).trim();
}
