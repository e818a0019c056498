/** The board's filters: in the address and in the question to the server. Pure. */

export const FILTERS = ["organisation", "ward", "category", "team", "kind", "breach", "q"] as const;
export type Filter = (typeof FILTERS)[number];

export interface Asked extends Record<Filter, string> {
  /** Empty: the server chooses what to open on. */
  queue: string;
  order: "due_at" | "-age";
}

export const FIRST_PAGE = 50;
/** The most that is kept fresh; further pages are as they were when they were fetched. */
export const MOST_FRESH = 200;

const ALLOWED: Partial<Record<Filter, readonly string[]>> = {
  kind: ["complete", "make_safe"],
  breach: ["late", "at_risk", "on_time"],
};

/** What the address asks for; what can't be read there is left out. */
export function askedBy(query: URLSearchParams): Asked {
  const asked = Object.fromEntries(
    FILTERS.map((name) => {
      const value = query.get(name) ?? "";
      const allowed = ALLOWED[name];
      return [name, allowed && !allowed.includes(value) ? "" : value];
    }),
  ) as Record<Filter, string>;
  return { ...asked, queue: query.get("queue") ?? "", order: query.get("order") === "-age" ? "-age" : "due_at" };
}

/** The filters as the server takes them, without a page. */
export function questionOf(asked: Asked): URLSearchParams {
  const question = new URLSearchParams();
  if (asked.queue) question.set("queue", asked.queue);
  for (const name of FILTERS) if (asked[name].trim()) question.set(name, asked[name].trim());
  if (asked.order !== "due_at") question.set("order", asked.order);
  return question;
}

/** The first rows of the list, as many as are shown. */
export function pagePath(asked: Asked, shown: number): string {
  const question = questionOf(asked);
  const size = Math.min(MOST_FRESH, Math.max(FIRST_PAGE, Math.ceil(shown / FIRST_PAGE) * FIRST_PAGE));
  if (size !== FIRST_PAGE) question.set("page_size", String(size));
  return `/api/board${question.size ? `?${question}` : ""}`;
}

export function nextPath(asked: Asked, next: string): string {
  const question = questionOf(asked);
  question.set("cursor", next);
  return `/api/board?${question}`;
}

export function filePath(asked: Asked, ending: "csv" | "xlsx"): string {
  const question = questionOf(asked);
  return `/api/board/jobs.${ending}${question.size ? `?${question}` : ""}`;
}

/** How many filters are set, the queue and the order aside. */
export function filtersSet(asked: Asked): number {
  return FILTERS.filter((name) => asked[name].trim() !== "").length;
}

/** Changes for the address that take every filter away. */
export function noFilters(): Record<string, null> {
  return Object.fromEntries([...FILTERS, "order"].map((name) => [name, null]));
}
