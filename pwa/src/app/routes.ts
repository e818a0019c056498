/** Every screen of the app: its path, the room that draws it, and how it stands in the shell. */
import type { ComponentType } from "preact";
import type { Role } from "../api/types";
import type { IconName } from "../ui";

/** What draws a screen: a room's index.tsx, by the `pattern`, or one screen of a branch. `id`: the path's own. */
export type Room = ComponentType<{ pattern: string; id: string | null }>;
type Load = () => Promise<{ default: Room }>;

export interface Route {
  pattern: string;
  title: string;
  load: Load;
  /** A task with its own action bar: the tabs make way for it on a phone. */
  task?: boolean;
}

/** Addresses whose screens are listed in their room, and come with it. */
export interface Branch {
  pattern: `/${string}/*`;
  title: string;
  screens: () => Promise<{ default: readonly Route[] }>;
}

const account: Load = () => import("../rooms/account");
const audits: Load = () => import("../rooms/audits");
const places: Load = () => import("../rooms/places");
const jobs: Load = () => import("../rooms/jobs");
const news: Load = () => import("../rooms/news");
const insight: Load = () => import("../rooms/insight");
const board: Load = () => import("../rooms/insight/board");
const rules: Branch["screens"] = () => import("../rooms/rules/screens");
const eva: Branch["screens"] = () => import("../rooms/eva/screens");

export const ROUTES: readonly (Route | Branch)[] = [
  { pattern: "/sign-in", title: "Sign in", load: account, task: true },
  { pattern: "/me", title: "Me", load: account },
  { pattern: "/me/news", title: "What I hear of", load: news },
  { pattern: "/news", title: "News", load: news },
  { pattern: "/today", title: "Today", load: audits },
  { pattern: "/report", title: "Report a problem", load: audits, task: true },
  { pattern: "/reports", title: "My reports", load: audits },
  { pattern: "/reports/:id", title: "Report", load: audits, task: true },
  { pattern: "/reports/:id/change", title: "Change the report", load: audits, task: true },
  { pattern: "/outbox", title: "Outbox", load: audits },
  { pattern: "/nearby", title: "Nearby", load: places },
  { pattern: "/jobs", title: "My day", load: jobs },
  { pattern: "/jobs/:id", title: "Job", load: jobs, task: true },
  { pattern: "/jobs/:id/close", title: "Close the job", load: jobs, task: true },
  { pattern: "/jobs/:id/hand-back", title: "Hand the job back", load: jobs, task: true },
  { pattern: "/jobs/:id/made-safe", title: "Made safe for now", load: jobs, task: true },
  { pattern: "/report-back", title: "Tell wardens or police", load: jobs, task: true },
  { pattern: "/sightings", title: "Seen by crews", load: audits },
  { pattern: "/board", title: "Board", load: board },
  { pattern: "/backlog", title: "Backlog", load: insight },
  { pattern: "/map", title: "Map", load: insight },
  { pattern: "/hotspots", title: "Hotspots", load: insight },
  { pattern: "/triage", title: "Triage", load: insight },
  { pattern: "/conflicts", title: "Conflicts", load: insight },
  { pattern: "/conflicts/:id", title: "Conflict", load: insight, task: true },
  { pattern: "/phones", title: "Phones", load: insight },
  { pattern: "/import", title: "Hand in a phone's file", load: insight },
  { pattern: "/defects/:id", title: "Defect", load: insight, task: true },
  { pattern: "/rules/*", title: "Rules", screens: rules },
  { pattern: "/escalations/*", title: "Passed up", screens: rules },
  { pattern: "/audits/*", title: "Audits", screens: eva },
  { pattern: "/checklists/*", title: "Checklists", screens: eva },
  { pattern: "/plans/*", title: "Action plans", screens: eva },
  { pattern: "/calendar/*", title: "Calendar", screens: eva },
  { pattern: "/campaigns/*", title: "Campaigns", screens: eva },
];

export interface Tab {
  href: string;
  label: string;
  icon: IconName;
  /** Shows how many things wait: in the outbox, or for a desk to decide. */
  counts?: "outbox" | "conflicts";
  /** Stands on the rail only: a phone has room for six. */
  wide?: true;
}

const today: Tab = { href: "/today", label: "Today", icon: "home" };
const reports: Tab = { href: "/reports", label: "Reports", icon: "reports" };
const nearby: Tab = { href: "/nearby", label: "Nearby", icon: "nearby" };
const outbox: Tab = { href: "/outbox", label: "Outbox", icon: "outbox", counts: "outbox" };
const me: Tab = { href: "/me", label: "Me", icon: "user" };
const myDay: Tab = { href: "/jobs", label: "My day", icon: "list" };
const report: Tab = { href: "/report", label: "Report", icon: "camera" };
const dispatch: Tab = { href: "/board", label: "Board", icon: "list" };
const backlog: Tab = { href: "/backlog", label: "Backlog", icon: "backlog" };
const map: Tab = { href: "/map", label: "Map", icon: "map" };
const hotspots: Tab = { href: "/hotspots", label: "Hotspots", icon: "hotspot" };
const triage: Tab = { href: "/triage", label: "Triage", icon: "triage" };

const walks: Tab = { href: "/audits", label: "Audits", icon: "eye" };
const FIELD = [today, reports, walks, nearby, outbox, me];
const conflicts: Tab = { href: "/conflicts", label: "Conflicts", icon: "repeat", counts: "conflicts" };
const phones: Tab = { href: "/phones", label: "Phones", icon: "phone", wide: true };
const handIn: Tab = { href: "/import", label: "Phone's file", icon: "outbox", wide: true };

const ruleBook: Tab = { href: "/rules", label: "Rules", icon: "settings", wide: true };
const passedUp: Tab = { href: "/escalations", label: "Passed up", icon: "bell", wide: true };
const seenByCrews: Tab = { href: "/sightings", label: "Seen by crews", icon: "hazard", wide: true };

const auditsAtDesk: Tab = { ...walks, wide: true };
const plans: Tab = { href: "/plans", label: "Action plans", icon: "check", wide: true };

const DESK = [dispatch, backlog, map, { ...hotspots, wide: true } as const, triage, conflicts, auditsAtDesk, plans];

export const TABS: Record<Role, readonly Tab[]> = {
  warden: FIELD,
  officer: FIELD,
  crew: [myDay, report, nearby, outbox, me],
  dispatcher: [...DESK, passedUp, seenByCrews, ruleBook, handIn, me],
  manager: [...DESK, passedUp, seenByCrews, ruleBook, phones, handIn, me],
  administrator: [...DESK, passedUp, seenByCrews, ruleBook, phones, handIn, me],
  councillor: [backlog, hotspots, walks, me],
};

/** Roles whose screens are wide: they get the rail at the left on a wide screen. */
export const DESK_ROLES: ReadonlySet<Role> = new Set<Role>(["dispatcher", "manager", "administrator", "councillor"]);
