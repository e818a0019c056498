/**
 * The path router: the address bar is the only place where "which screen" and "which filters"
 * are kept, so that a link can be shared and Back always works.
 *
 * For rooms: `navigate("/jobs/…")`, `setQuery({ status: "open" })`, the signals `path` and
 * `query`, and `useRoute()` for `{ path, params, query }` of the screen that is shown. Plain
 * `<a href="/jobs">` links work too: clicks on same-origin links are taken by the router.
 */
import { computed, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export type Params = Readonly<Record<string, string>>;

export interface RouteHere {
  path: string;
  /** Named parts of the path: `/jobs/:id` gives `{ id }`. */
  params: Params;
  query: URLSearchParams;
}

const here = signal(new URL(globalThis.location?.href ?? "http://localhost/"));

export const path = computed(() => here.value.pathname);
export const query = computed(() => new URLSearchParams(here.value.search));

/** Parts of a path that match a pattern such as `/jobs/:id/close`, or null; a last `*` takes the rest, or none. */
export function match(pattern: string, actual: string): Params | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = actual.split("/").filter(Boolean);
  if (wanted.at(-1) === "*") given.length = wanted.length = Math.min(wanted.length - 1, given.length + 1);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const next = new URL(to, here.value);
  if (next.href === here.value.href) return;
  if (options.replace) history.replaceState(history.state, "", next);
  else history.pushState({ depth: depth() + 1 }, "", next);
  const samePage = next.pathname === here.value.pathname;
  here.value = next;
  if (!samePage) globalThis.scrollTo?.(0, 0);
}

/** Changes filters in the address; `null` takes one away. Does not add a step to Back. */
export function setQuery(changes: Record<string, string | null>): void {
  const next = new URLSearchParams(here.value.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const words = next.toString();
  navigate(`${here.value.pathname}${words ? `?${words}` : ""}`, { replace: true });
}

function depth(): number {
  return Number((history.state as { depth?: number } | null)?.depth ?? 0);
}

/** Goes one screen back, or to `otherwise` when this screen was opened from outside. */
export function back(otherwise: string): void {
  if (depth() > 0) history.back();
  else navigate(otherwise, { replace: true });
}

const RouteContext = createContext<Params>({});
export const RouteProvider = RouteContext.Provider;

export function useRoute(): RouteHere {
  const params = useContext(RouteContext);
  return { path: path.value, params, query: query.value };
}

function takeClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement)) return;
  if (link.target && link.target !== "_self") return;
  if (link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/api/")) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  navigate(link.href);
}

export function startRouter(): void {
  addEventListener("popstate", () => {
    here.value = new URL(location.href);
  });
  document.addEventListener("click", takeClick);
}
