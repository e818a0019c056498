/** Finding a category by any word people say. Pure. */
import type { Category } from "../../api/types";
import type { Habits } from "../../storage/db";

function tokens(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .split(" ")
    .filter(Boolean);
}

/** Words that carry no meaning in "a dumped sofa on the path". */
const SMALL = new Set(["a", "an", "and", "by", "in", "is", "of", "on", "or", "the", "to", "with"]);

/** "needles" finds "needle", "dumped" finds "dump". */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(ing|ed|es|s)$/, "") : word;
}

/** 0 for no match; more for a whole word than for its beginning, more for the name than for a synonym. */
function wordScore(wanted: string, text: readonly string[]): number {
  let best = 0;
  for (const word of text) {
    if (word === wanted) return 4;
    if (stem(word) === stem(wanted)) best = Math.max(best, 3);
    else if (word.startsWith(wanted)) best = Math.max(best, 2);
    else if (wanted.length >= 4 && word.includes(wanted)) best = Math.max(best, 1);
  }
  return best;
}

/** How well a category answers the words; 0 when one of them says nothing about it. */
export function score(category: Category, wanted: readonly string[]): number {
  const label = tokens(category.label);
  const phrases = category.words.map(tokens);
  const said = phrases.flat();
  let total = 0;
  let missed = 0;
  for (const word of wanted) {
    const found = Math.max(wordScore(word, label) * 1.5, wordScore(word, said));
    if (found === 0) missed += 1;
    total += found;
  }
  if (total === 0 || missed > wanted.length / 2) return 0;
  const phrase = wanted.join(" ");
  const exact = phrases.some((words) => words.join(" ") === phrase) ? 6 : 0;
  return (total + exact) / (1 + missed);
}

/** Categories that answer the words, best first; those this person uses more come first among equals. */
export function searchCategories(all: readonly Category[], text: string, habits: Habits | null): Category[] {
  const wanted = tokens(text).filter((word) => !SMALL.has(word));
  if (wanted.length === 0) return [];
  const used = (category: Category) => Math.min(1, (habits?.counts[category.code] ?? 0) / 20);
  const hits = all.map((category) => ({ category, points: score(category, wanted) }));
  const best = Math.max(0, ...hits.map((hit) => hit.points));
  return hits
    .filter(({ points }) => points > 0 && points >= best / 4)
    .map((hit) => ({ ...hit, points: hit.points + used(hit.category) }))
    .sort((a, b) => b.points - a.points || a.category.label.localeCompare(b.category.label))
    .map(({ category }) => category);
}

/**
 * The eight large buttons: what this person and this place report most, filled up with the first
 * of each group so that a newcomer sees the breadth of it.
 */
export function eightCategories(
  all: readonly Category[],
  habits: Habits | null,
  nearby: readonly string[] = [],
): Category[] {
  const byCode = new Map(all.map((category) => [category.code, category]));
  const points = new Map<string, number>();
  for (const [code, count] of Object.entries(habits?.counts ?? {})) points.set(code, count * 3);
  for (const code of nearby) points.set(code, (points.get(code) ?? 0) + 1);
  const used = [...points].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const groups = new Set<string>();
  const firsts = all.filter((category) => {
    if (groups.has(category.group)) return false;
    groups.add(category.group);
    return true;
  });
  const codes = new Set([...used, ...firsts.map((c) => c.code), ...all.map((c) => c.code)]);
  return [...codes].flatMap((code) => byCode.get(code) ?? []).slice(0, 8);
}
