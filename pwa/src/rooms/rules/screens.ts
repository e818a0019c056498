/** The screens of this room by their path in app/routes.ts, each fetched when it is opened. */
import type { ComponentType } from "preact";

type Load = () => Promise<{ default: ComponentType<{ id: string | null }> }>;

export const SCREENS: Readonly<Record<string, Load>> = {
  "/rules/routes": () => import("./routes/RoutesScreen"),
  "/rules/routes/new": () => import("./routes/ChangeScreen"),
  "/rules/routes/draft": () => import("./routes/DraftScreen"),
  "/rules/routes/gaps": () => import("./routes/GapsScreen"),
  "/rules/routes/:id": () => import("./routes/RouteScreen"),
  "/rules/routes/:id/change": () => import("./routes/ChangeScreen"),
  "/rules/service-levels": () => import("./ServiceLevelsScreen"),
  "/rules/calendars": () => import("./CalendarsScreen"),
  "/rules/escalations": () => import("./escalations/LaddersScreen"),
  "/escalations": () => import("./escalations/EscalationsScreen"),
  "/rules/demarcations": () => import("./register/DemarcationsScreen"),
  "/rules/contracts": () => import("./register/ContractsScreen"),
  "/rules/hotspots": () => import("./register/HotspotsScreen"),
  "/rules/deciders": () => import("./register/DecidersScreen"),
};
