/**
 * The service worker: makes the app open without signal. It answers GETs only. Sending (POST, PUT)
 * never passes through here, because some browsers have sent empty bodies that way.
 */
import "./sw-outbox";
import "./sw-push";

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL_FILES__: string[];
declare const __SHELL_VERSION__: string;

const FILES = __SHELL_FILES__;
const SHELL = `shell-${__SHELL_VERSION__}`;
const PHOTOS = "photos";
const LATER = "later";
const BASEMAP = "basemap";
const PHOTOS_KEPT = 600;
const BASEMAP_MAX_BYTES = 40_000_000;
const LATER_KEPT = 24;
/** Where a version that was fetched whole leaves the name of its shell. */
const NOTES = "notes";
const NEWEST = "/newest-shell";
/** Windows name the script they run by holding a lock: see app/updates.ts. */
const CODE_LOCK = "sightline-code:";

/** Paths that are not screens of the app: they always go to the server. */
const NOT_SCREENS = [
  "/api/",
  "/admin",
  "/static/",
  "/healthz",
  "/readyz",
  "/basemap/",
  "/open311",
  "/l/",
  "/unsubscribe/",
];
const PHOTO_PATH = /^\/api\/(photos\/[0-9a-f-]{36}\/(thumbnail|view)|checklists\/pictures\/[a-z0-9.-]+)$/;

/**
 * A new version waits beside the one that runs: it never replaces code under an open form. It takes
 * over when a person says so, or when Sightline is opened with no other window of it open.
 */
self.addEventListener("install", (event) => event.waitUntil(fetchShell()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

/** Gets every file of this version, or fails as a whole; what did not change is not fetched again. */
async function fetchShell(): Promise<void> {
  const cache = await caches.open(SHELL);
  await Promise.all(
    FILES.map(async (file) => {
      // The name of an asset carries its hash: the same name is the same file.
      const known = file.startsWith("/assets/") ? await caches.match(file) : undefined;
      await cache.put(file, known ?? (await fetchOurs(file)));
    }),
  );
  await (await caches.open(NOTES)).put(NEWEST, new Response(SHELL));
}

/** One file from our server. Rejects what a captive portal says instead, and a page of another version. */
async function fetchOurs(file: string): Promise<Response> {
  const response = await fetch(new Request(file, { cache: "reload" }));
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  if (!response.ok || response.redirected || isPage !== (file === "/")) throw new Error(`no ${file} from our server`);
  if (!isPage) return response;
  const scripts = (await response.clone().text()).match(/\/assets\/[^"]+\.js/g) ?? [];
  if (scripts.length === 0 || scripts.some((script) => !FILES.includes(script))) {
    throw new Error("the page belongs to another version");
  }
  return response;
}

async function begin(): Promise<void> {
  await self.clients.claim();
  await dropOldShells();
  const later = await caches.open(LATER);
  const parts = await later.keys();
  for (const old of parts.slice(0, Math.max(0, parts.length - LATER_KEPT))) await later.delete(old);
}

/**
 * Old versions go, but for those whose code still runs in a window (each window holds a lock named
 * for its script) and for the one before, whose windows may be older than such locks.
 */
async function dropOldShells(): Promise<void> {
  const running = ((await navigator.locks?.query())?.held ?? [])
    .map((lock) => lock.name ?? "")
    .filter((name) => name.startsWith(CODE_LOCK))
    .map((name) => name.slice(CODE_LOCK.length));
  const others = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL);
  for (const name of others.slice(0, -1)) {
    const cache = await caches.open(name);
    const used = await Promise.all(running.map((script) => cache.match(script)));
    if (!used.some(Boolean)) await caches.delete(name);
  }
}

async function screen(request: Request): Promise<Response> {
  const cache = await caches.open((await newVersionToOpen()) ?? SHELL);
  return (await cache.match("/")) ?? fetch(request);
}

/** The shell that waits, told to take over, when Sightline is opened with no other window of it open. */
async function newVersionToOpen(): Promise<string | null> {
  const { waiting } = self.registration;
  if (!waiting) return null;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.length > 0) return null;
  const newest = await (await (await caches.open(NOTES)).match(NEWEST))?.text();
  if (!newest || !(await caches.has(newest))) return null;
  waiting.postMessage("take-over");
  return newest;
}

async function asset(request: Request): Promise<Response> {
  // An older version that still runs in a window finds its own parts in the shell it came with.
  const kept = (await (await caches.open(SHELL)).match(request)) ?? (await caches.match(request));
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(LATER)).put(request, fresh.clone());
  return fresh;
}

/** Photos never change under their path, while the signed link behind it does: kept by path. */
async function photo(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(PHOTOS);
  const kept = await cache.match(path);
  if (kept) return kept;
  let fresh: Response;
  try {
    fresh = await fetch(path, { credentials: "same-origin" });
  } catch {
    // The store may be another host that doesn't allow reading across: shown, but not kept.
    return fetch(request);
  }
  const kind = fresh.headers.get("Content-Type");
  if (fresh.ok && kind?.startsWith("image/")) {
    await cache.put(path, new Response(await fresh.clone().blob(), { headers: { "Content-Type": kind } }));
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - PHOTOS_KEPT))) await cache.delete(old);
  }
  return fresh;
}

function slice(whole: Blob, range: string | null): Response {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (!asked) return new Response(whole);
  const start = Number(asked[1]);
  const end = Math.min(asked[2] ? Number(asked[2]) : whole.size - 1, whole.size - 1);
  if (start >= whole.size || end < start) return new Response(null, { status: 416 });
  return new Response(whole.slice(start, end + 1), {
    status: 206,
    headers: {
      "Content-Range": `bytes ${start}-${end}/${whole.size}`,
      "Content-Length": String(end + 1 - start),
      "Accept-Ranges": "bytes",
    },
  });
}

/** The basemap is asked for in pieces; a small one is fetched whole once and cut up here after. */
async function basemap(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(BASEMAP);
  const range = event.request.headers.get("Range");
  const kept = await cache.match(path);
  try {
    const fresh = kept ? null : await fetch(event.request);
    if (fresh) {
      const total = Number(fresh.headers.get("Content-Range")?.split("/")[1] ?? Number.NaN);
      if (total <= BASEMAP_MAX_BYTES) event.waitUntil(keepBasemap(cache, path));
      return fresh;
    }
  } catch (error) {
    if (!kept) throw error;
  }
  if (kept && !asked) {
    asked = true;
    event.waitUntil(keepBasemap(cache, path, kept.headers.get("ETag")));
  }
  return slice(await (kept as Response).blob(), range);
}

/** Whether this run of the worker has asked for a newer map: once is enough, the next open shows it. */
let asked = false;
let fetching: Promise<void> | null = null;
function keepBasemap(cache: Cache, path: string, known: string | null = null): Promise<void> {
  fetching ??= fetch(path, { cache: "no-store", headers: known ? { "If-None-Match": known } : {} })
    .then((whole) => (whole.status === 200 ? cache.put(path, whole) : undefined))
    .catch(() => undefined)
    .finally(() => {
      fetching = null;
    });
  return fetching;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (PHOTO_PATH.test(url.pathname)) {
    event.respondWith(photo(request, url.pathname));
  } else if (url.pathname.startsWith("/basemap/")) {
    event.respondWith(basemap(event, url.pathname));
  } else if (NOT_SCREENS.some((prefix) => url.pathname.startsWith(prefix))) {
    return;
  } else if (request.mode === "navigate") {
    event.respondWith(screen(request));
  } else {
    event.respondWith(asset(request));
  }
});
