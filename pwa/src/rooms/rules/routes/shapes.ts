import type { components } from "../../../api/schema";
import type { Status } from "../../../ui";

type Schemas = components["schemas"];
export type Routes = Schemas["RoutesOut"];
export type Route = Schemas["RouteOut"];
export type RouteStory = Schemas["RouteStoryOut"];
export type RouteVersion = Schemas["RouteVersionOut"];
export type Decisions = Schemas["RouteDecisionsOut"];
export type Drafts = Schemas["DraftsOut"];
export type Draft = Schemas["DraftOut"];
export type Change = Schemas["ChangeOut"];
export type Finding = Schemas["FindingOut"];
export type Difference = Schemas["DifferenceOut"];
export type DryRun = Schemas["DryRunOut"];
export type TriedRow = Schemas["TriedRowOut"];
export type RouteChoices = Schemas["RouteChoicesOut"];
export type Gaps = Schemas["GapsOut"];
export type Cell = Schemas["CellOut"];

/** What a route asks for and who gets the work, as a change of the draft says it. */
export interface RouteFields {
  name: string;
  category: string | null;
  group: string | null;
  land_types: string[];
  land_owner_id: string | null;
  area_id: string | null;
  severities: number[];
  valid_from: string;
  valid_until: string | null;
  contract_id: number | null;
  organisation_id: string;
  team_id: string | null;
  service_level: string;
  priority: number;
  position?: number;
}

export const ROUTE_STATUS: Record<string, Status> = {
  holds: { tone: "good", icon: "check", word: "Holds" },
  later: { tone: "busy", icon: "clock", word: "Holds later" },
  over: { tone: "idle", icon: "cancelled", word: "Over" },
  retired: { tone: "idle", icon: "cancelled", word: "Replaced" },
};

export const ACTION_STATUS: Record<string, Status> = {
  add: { tone: "good", icon: "plus", word: "New" },
  change: { tone: "busy", icon: "repeat", word: "Changed" },
  end: { tone: "risk", icon: "cancelled", word: "Ends" },
};
