/** The screens of this room: by which rules the work goes. Each is fetched when it is opened. */
import "./rules.css";
import type { Route } from "../../app/routes";

const SCREENS: readonly Route[] = [
  { pattern: "/rules", title: "Rules", load: () => import("./HubScreen") },
  { pattern: "/rules/routes", title: "Routes", load: () => import("./routes/RoutesScreen") },
  {
    pattern: "/rules/routes/new",
    title: "Propose a new route",
    load: () => import("./routes/ChangeScreen"),
    task: true,
  },
  { pattern: "/rules/routes/draft", title: "Draft of the next edition", load: () => import("./routes/DraftScreen") },
  { pattern: "/rules/routes/gaps", title: "Gaps and overlaps", load: () => import("./routes/GapsScreen") },
  { pattern: "/rules/routes/:id", title: "Route", load: () => import("./routes/RouteScreen") },
  {
    pattern: "/rules/routes/:id/change",
    title: "Propose a change",
    load: () => import("./routes/ChangeScreen"),
    task: true,
  },
  { pattern: "/rules/service-levels", title: "Service levels", load: () => import("./ServiceLevelsScreen") },
  { pattern: "/rules/calendars", title: "Calendars", load: () => import("./CalendarsScreen") },
  {
    pattern: "/rules/demarcations",
    title: "Register of decisions",
    load: () => import("./register/DemarcationsScreen"),
  },
  { pattern: "/rules/contracts", title: "Contracts", load: () => import("./register/ContractsScreen") },
  { pattern: "/rules/hotspots", title: "Declared hotspots", load: () => import("./register/HotspotsScreen") },
  { pattern: "/rules/deciders", title: "Who decides", load: () => import("./register/DecidersScreen") },
  { pattern: "/escalations", title: "Passed up", load: () => import("./escalations/EscalationsScreen") },
  { pattern: "/rules/escalations", title: "Escalations", load: () => import("./escalations/LaddersScreen") },
];

export default SCREENS;
