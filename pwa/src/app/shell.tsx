/** What stands around every screen: tabs or rail, the way in, and the screen itself. */

import { useEffect, useRef } from "preact/hooks";
import { session, storeProblem, syncState } from "../sync";
import { Banner, Skeleton } from "../ui/Banner";
import { BottomBar, type NavItem, RailNav } from "../ui/Bars";
import { fetchAhead, useLoaded } from "./loaded";
import { openConflicts, useOpenConflicts } from "./open-conflicts";
import { match, navigate, type Params, path, query, RouteProvider } from "./router";
import { type Branch, DESK_ROLES, ROUTES, type Route, TABS } from "./routes";
import { UpdateLine } from "./update-line";

interface Found<R = Route | Branch> {
  route: R;
  params: Params;
}

function find<R extends Route | Branch>(routes: readonly R[], here: string): Found<R> | null {
  for (const route of routes) {
    const params = match(route.pattern, here);
    if (params) return { route, params };
  }
  return null;
}

/** What is at this address. On a branch: the branch itself until its screens are there. */
function useFound(here: string): { found: Found | null; failed: boolean; again: () => void } {
  const first = find(ROUTES, here);
  const branch = first && "screens" in first.route ? first.route : undefined;
  const { it: screens, failed, again } = useLoaded(branch?.screens);
  return { found: screens ? find(screens, here) : first, failed, again };
}

/** Fetches the room of a path before anybody is known to be signed in: most people start on the walk. */
export function fetchRoom(here: string): void {
  const route = find(ROUTES, here === "/" ? "/today" : here)?.route;
  if (route) fetchAhead("load" in route ? route.load : route.screens);
}

/** Where this person starts: their role's home. */
function home(): string {
  return `/${session.value.person?.home ?? "today"}`;
}

/** Sends people to the sign-in and from it, and from "/" to their home. */
function useWayIn(found: Found | null): void {
  const { status } = session.value;
  const here = path.value;
  const wanted = query.value.get("next");
  useEffect(() => {
    if (status === "signed_out" && here !== "/sign-in") {
      const next = here === "/" ? "" : `?next=${encodeURIComponent(here + location.search)}`;
      navigate(`/sign-in${next}`, { replace: true });
    }
    if (status === "signed_in" && !session.value.expired && here === "/sign-in") {
      navigate(wanted?.startsWith("/") && !wanted.startsWith("//") ? wanted : home(), { replace: true });
    }
    if (status === "signed_in" && here === "/") navigate(home(), { replace: true });
  }, [status, here, found, wanted, session.value.expired]);
}

function useTabs(): (NavItem & { wide: boolean })[] {
  const { person } = session.value;
  useOpenConflicts(person?.role ?? null);
  if (!person) return [];
  const { unsent, needs_you } = syncState.value;
  return TABS[person.role].map((tab) => ({
    href: tab.href,
    label: tab.label,
    icon: tab.icon,
    current: path.value === tab.href || path.value.startsWith(`${tab.href}/`),
    count: tab.counts === "conflicts" ? openConflicts.value : tab.counts && unsent + needs_you,
    wide: tab.wide === true,
  }));
}

/** Gives the screen a title and puts the reader at its heading after every change of path. */
function useArrival(title: string, ready: boolean): void {
  const first = useRef(true);
  const here = path.value;
  useEffect(() => {
    document.title = title === "Sightline" ? title : `${title} · Sightline`;
    if (!ready) return;
    if (first.current) {
      first.current = false;
      return;
    }
    document.querySelector<HTMLElement>("#main h1")?.focus({ preventScroll: true });
  }, [here, title, ready]);
}

type Fetching = { failed: boolean; again: () => void };

/** The screen, or what stands in its place until its code is there; `branch`: that of the list it stands in. */
function Screen({ found, branch }: { found: Found; branch: Fetching }) {
  const { route } = found;
  const screen = useLoaded("load" in route ? route.load : undefined);
  const { failed, again } = "load" in route ? screen : branch;
  const Room = screen.it;
  useArrival(route.title, Room !== null);
  if (failed) {
    return (
      <div class="page">
        <h1 tabIndex={-1}>{route.title}</h1>
        <Banner kind="offline" title="This part of the app is not on the phone yet" live="status">
          <p>Open it once where there is signal; after that it works without.</p>
          <button type="button" class="button" onClick={again}>
            Try again
          </button>
        </Banner>
      </div>
    );
  }
  if (!Room) {
    return (
      <div class="page">
        <h1 class="sr-only" tabIndex={-1}>
          {route.title}
        </h1>
        <Skeleton rows={3} words="Opening" />
      </div>
    );
  }
  return (
    <RouteProvider value={found.params}>
      <Room pattern={route.pattern} id={found.params.id ?? null} />
    </RouteProvider>
  );
}

function NotFound() {
  useArrival("No such screen", true);
  return (
    <div class="page">
      <h1 tabIndex={-1}>There is no screen at this address</h1>
      <p>The link may be old, or a letter may be missing.</p>
      <a class="button button-primary" href="/">
        Go to the start
      </a>
    </div>
  );
}

/** The phone's own store can't be used: nothing could be kept, so nothing is begun. */
function StoreProblem({ words }: { words: string }) {
  return (
    <main id="main" class="page">
      <h1 tabIndex={-1}>Sightline can't open what is on this phone</h1>
      <Banner kind="late" live="alert">
        <p>{words}</p>
      </Banner>
      <button type="button" class="button button-primary button-large" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}

/** Stands before every other screen while a PIN closes this person's work. */
const UNLOCK: Found = {
  route: { pattern: "/unlock", title: "Locked", load: () => import("../rooms/account"), task: true },
  params: {},
};

export function Shell() {
  const here = path.value;
  const { found, ...branch } = useFound(here);
  const { status, person } = session.value;
  useWayIn(found);
  const tabs = useTabs();
  if (storeProblem.value) return <StoreProblem words={storeProblem.value} />;
  if (status === "unknown") return null;
  if (status === "signed_out" && here !== "/sign-in") return null;
  if (status === "signed_in" && syncState.value.locked) {
    return (
      <main id="main" class="shell shell-main" tabIndex={-1}>
        <Screen found={UNLOCK} branch={branch} />
      </main>
    );
  }
  const desk = person !== null && DESK_ROLES.has(person.role);
  const bare = here === "/sign-in";
  const task = found !== null && "task" in found.route && found.route.task === true;
  return (
    <div class={`shell ${desk && !bare ? "shell-desk" : "shell-phone"}${task ? " shell-task" : ""}`}>
      <a class="skip-link" href="#main">
        Skip to the screen
      </a>
      {desk && !bare && (
        <div class="shell-rail">
          <RailNav items={tabs} />
        </div>
      )}
      <main id="main" class="shell-main" tabIndex={-1}>
        {here === "/" ? null : found ? (
          <Screen key={found.route.pattern} found={found} branch={branch} />
        ) : (
          <NotFound />
        )}
        {!bare && !task && <UpdateLine />}
      </main>
      {!bare && (
        <div class="shell-tabs">
          <BottomBar items={tabs.filter((tab) => !tab.wide)} />
        </div>
      )}
    </div>
  );
}
