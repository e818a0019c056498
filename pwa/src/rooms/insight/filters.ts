/** The backlog's filters: in the address, in the question to the server, and in words. Pure. */

export type Breach = "late" | "at_risk" | "on_time" | "all";
export type State = "unfinished" | "returned" | "done";
export type Order = "due_at" | "-age";

export interface Filters {
  breach: Breach;
  state: State;
  /** Ids; empty means any. */
  organisation: string;
  ward: string;
  category: string;
  /** "24-72" in hours, "672-" without an end; empty means any. */
  age: string;
  order: Order;
}

const BREACHES: readonly string[] = ["late", "at_risk", "on_time", "all"];
const STATES: readonly string[] = ["unfinished", "returned", "done"];
const STATUSES: Record<State, string> = {
  unfinished: "open,accepted,in_progress,paused",
  returned: "returned",
  done: "done,verified",
};

/** "Done" looks back this far, as the figure above it does. */
const DONE_DAYS = 7;

export interface Totals {
  open: number;
  late: number;
  at_risk: number;
}

/** What the backlog opens on: what is at risk now; else what is late; else everything. */
export function firstBreach(totals: Totals | null): Breach {
  if (!totals) return "at_risk";
  if (totals.at_risk > 0) return "at_risk";
  return totals.late > 0 ? "late" : "all";
}

/** Filters from the address; what is missing or unreadable falls back to `first` and "any". */
export function filtersFrom(query: URLSearchParams, first: Breach): Filters {
  const breach = query.get("breach") ?? "";
  const state = query.get("state") ?? "";
  const chosen = STATES.includes(state) ? (state as State) : "unfinished";
  const given = query.get("age") ?? "";
  const age = /^\d+-\d*$/.test(given) ? given : "";
  const narrowed = age || ["organisation", "ward", "category"].some((name) => query.get(name));
  const usual: Breach = chosen !== "unfinished" || narrowed ? "all" : first;
  return {
    breach: BREACHES.includes(breach) ? (breach as Breach) : usual,
    state: chosen,
    organisation: query.get("organisation") ?? "",
    ward: query.get("ward") ?? "",
    category: query.get("category") ?? "",
    age,
    order: query.get("order") === "-age" ? "-age" : "due_at",
  };
}

/** The server's question for these filters. */
export function jobsQuestion(filters: Filters, pageSize = 100): string {
  const asked = new URLSearchParams({ status: STATUSES[filters.state], order: filters.order });
  if (filters.breach !== "all") asked.set("breach", filters.breach);
  for (const name of ["organisation", "ward", "category"] as const) {
    if (filters[name]) asked.set(name, filters[name]);
  }
  const [from, to] = filters.age.split("-");
  if (from && from !== "0") asked.set("min_age_h", from);
  if (to) asked.set("max_age_h", to);
  if (filters.state === "done") asked.set("done_days", String(DONE_DAYS));
  if (filters.state === "returned") asked.set("undecided", "true");
  asked.set("page_size", String(pageSize));
  return `/api/jobs?${asked}`;
}

export function ageKey(band: { min_h: number; max_h: number | null }): string {
  return `${band.min_h}-${band.max_h ?? ""}`;
}

/** Changes for the address that lead from any filters to one figure's own list, and no other. */
export function only(wanted: Partial<Record<keyof Filters, string>>): Record<string, string | null> {
  const names = ["breach", "state", "organisation", "ward", "category", "age"] as const;
  const changes = Object.fromEntries(names.map((name) => [name, wanted[name] ?? null]));
  return { ...changes, job: null };
}

/** True when the address would show exactly this figure's list. */
export function isOnly(filters: Filters, wanted: Partial<Record<keyof Filters, string>>): boolean {
  const plain = { breach: "all", state: "unfinished", organisation: "", ward: "", category: "", age: "" };
  const whole = { ...plain, ...wanted } as Record<string, string>;
  return Object.entries(whole).every(([name, value]) => filters[name as keyof Filters] === value);
}

/** The row that j or k leads to; stops at both ends, starts at the first. */
export function stepTo(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[step === 1 ? 0 : ids.length - 1] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
