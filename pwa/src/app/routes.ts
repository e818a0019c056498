/** Every screen of the app: its path, the room that draws it, and how it stands in the shell. */
import type { ComponentType } from "preact";
import type { Role } from "../api/types";
import type { IconName } from "../ui";

/** A room's index.tsx default-exports this: it draws the screen that `pattern` names. */
export type Room = ComponentType<{ pattern: string }>;
type Load = () => Promise<{ default: Room }>;

export interface Route {
  pattern: string;
  title: string;
  load: Load;
  /** A task with its own action bar: the tabs make way for it on a phone. */
  task?: boolean;
}

const account: Load = () => import("../rooms/account");
const audits: Load = () => import("../rooms/audits");
const places: Load = () => import("../rooms/places");
const jobs: Load = () => import("../rooms/jobs");
const news: Load = () => import("../rooms/news");
const insight: Load = () => import("../rooms/insight");
const board: Load = () => import("../rooms/insight/board");
const rules: Load = () => import("../rooms/rules");

export const ROUTES: readonly Route[] = [
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
  { pattern: "/rules", title: "Rules", load: rules },
  { pattern: "/rules/routes", title: "Routes", load: rules },
  { pattern: "/rules/routes/new", title: "Propose a new route", load: rules, task: true },
  { pattern: "/rules/routes/draft", title: "Draft of the next edition", load: rules },
  { pattern: "/rules/routes/gaps", title: "Gaps and overlaps", load: rules },
  { pattern: "/rules/routes/:id", title: "Route", load: rules },
  { pattern: "/rules/routes/:id/change", title: "Propose a change", load: rules, task: true },
  { pattern: "/rules/service-levels", title: "Service levels", load: rules },
  { pattern: "/rules/calendars", title: "Calendars", load: rules },
  { pattern: "/rules/demarcations", title: "Register of decisions", load: rules },
  { pattern: "/rules/contracts", title: "Contracts", load: rules },
  { pattern: "/rules/hotspots", title: "Declared hotspots", load: rules },
  { pattern: "/rules/deciders", title: "Who decides", load: rules },
  { pattern: "/escalations", title: "Passed up", load: rules },
  { pattern: "/rules/escalations", title: "Escalations", load: rules },
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

const FIELD = [today, reports, nearby, outbox, me];
const conflicts: Tab = { href: "/conflicts", label: "Conflicts", icon: "repeat", counts: "conflicts" };
const phones: Tab = { href: "/phones", label: "Phones", icon: "phone", wide: true };
const handIn: Tab = { href: "/import", label: "Phone's file", icon: "outbox", wide: true };

const ruleBook: Tab = { href: "/rules", label: "Rules", icon: "settings", wide: true };
const passedUp: Tab = { href: "/escalations", label: "Passed up", icon: "bell", wide: true };
const seenByCrews: Tab = { href: "/sightings", label: "Seen by crews", icon: "eye", wide: true };

const DESK = [dispatch, backlog, map, { ...hotspots, wide: true } as const, triage, conflicts];

export const TABS: Record<Role, readonly Tab[]> = {
  warden: FIELD,
  officer: FIELD,
  crew: [myDay, report, nearby, outbox, me],
  dispatcher: [...DESK, passedUp, seenByCrews, ruleBook, handIn, me],
  manager: [...DESK, passedUp, seenByCrews, ruleBook, phones, handIn, me],
  administrator: [...DESK, passedUp, seenByCrews, ruleBook, phones, handIn, me],
  councillor: [backlog, hotspots, me],
};

/** Roles whose screens are wide: they get the rail at the left on a wide screen. */
export const DESK_ROLES: ReadonlySet<Role> = new Set<Role>(["dispatcher", "manager", "administrator", "councillor"]);
