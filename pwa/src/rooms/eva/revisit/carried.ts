/** The things that a re-visit asks about, one after another. Pure. */
import { counted } from "../../../ui";
import { OUTCOME, OUTCOMES, type Outcome } from "./words";

export interface Asked {
  source_kind: "defect" | "action";
  source_id: string;
  outcome: Outcome | "";
}

/** Names one thing in the address. */
export function keyOf(thing: Pick<Asked, "source_kind" | "source_id">): string {
  return `${thing.source_kind}-${thing.source_id}`;
}

/** The thing that the address names. */
export function named<T extends Asked>(things: readonly T[], key: string | null): T | undefined {
  return things.find((thing) => keyOf(thing) === key);
}

/** The next thing that nobody has looked at: after `key` first, then from the beginning. */
export function nextOpen<T extends Asked>(things: readonly T[], key: string | null): T | undefined {
  const from = things.findIndex((thing) => keyOf(thing) === key) + 1;
  return [...things.slice(from), ...things.slice(0, from)].find((thing) => !thing.outcome && keyOf(thing) !== key);
}

export function lookedAt(things: readonly Asked[]): number {
  return things.filter((thing) => thing.outcome).length;
}

/** "3 done, 1 worse, 2 not looked at"; empty where nothing is carried. */
export function tally(things: readonly Asked[]): string {
  const parts = OUTCOMES.flatMap((outcome) => {
    const count = things.filter((thing) => thing.outcome === outcome).length;
    return count ? [`${count} ${OUTCOME[outcome].word.toLowerCase()}`] : [];
  });
  const open = things.length - lookedAt(things);
  return [...parts, ...(open ? [`${open} not looked at`] : [])].join(", ");
}

interface Pictured {
  photos_before: readonly Shot[];
  photos_after?: readonly Shot[];
}
interface Shot {
  state: string;
  view: string;
  thumbnail: string;
}

/** The addresses of the photos that these things are asked with. */
export function beforePhotos(things: readonly Pictured[]): string[] {
  return things
    .flatMap((each) => [...each.photos_before.slice(0, 1), ...(each.photos_after ?? []).slice(-1)])
    .filter((photo) => photo.state === "ready")
    .flatMap((photo) => [photo.view, photo.thumbnail]);
}

/** What is left, said at the top of the screen. */
export function leftInWords(things: readonly Asked[]): string {
  const left = things.length - lookedAt(things);
  if (things.length === 0) return "Nothing is carried";
  return left === 0 ? "All looked at" : `${counted(left, "thing", "things")} left of ${things.length}`;
}
