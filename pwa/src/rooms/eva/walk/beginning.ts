/** What is filled in before an audit begins, and what it starts from. */
import type { AuditRow, Light, Point, Reference, Weather } from "../../../api/types";
import { reference } from "../../../sync";
import { checklists, serverAudits } from "../../../sync/audits";
import { lightAt } from "./words";

export interface Beginning {
  version_id: string;
  area_id: string;
  title: string;
  trigger: string;
  trigger_more: string;
  evidence: string;
  from: string;
  to: string;
  source: string;
  light: Light;
  weather: Weather;
  risk_done: boolean;
  risk_note: string;
  /** Minutes; 0: none. */
  check_in: number;
  track: boolean;
  revisit_of: string;
  booking_id: string;
}

type Area = Reference["areas"][number];

function contains({ bbox: [west, south, east, north] }: Area, at: Point): boolean {
  return at.longitude >= west && at.longitude <= east && at.latitude >= south && at.latitude <= north;
}

function size({ bbox: [west, south, east, north] }: Area): number {
  return (east - west) * (north - south);
}

/** Areas to choose from: those around the phone first, the smallest of them on top, then all by name. */
export function areasFor(areas: readonly Area[], at: Point | null): { value: string; label: string }[] {
  const here = at ? areas.filter((area) => contains(area, at)).sort((a, b) => size(a) - size(b)) : [];
  const rest = areas.filter((area) => !here.includes(area)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...here.map((area) => ({ value: area.id, label: `${area.name} (you are here)` })),
    ...rest.map((area) => ({ value: area.id, label: area.name })),
  ];
}

/** Earlier audits of an area that this phone knows and that were walked to the end, newest first; at most three. */
export function earlierOf(areaId: string, rows: readonly AuditRow[]): AuditRow[] {
  if (!areaId) return [];
  return rows
    .filter((row) => row.area?.id === areaId && (row.state === "walked" || row.state === "signed"))
    .sort((a, b) => (a.started_at < b.started_at ? 1 : -1))
    .slice(0, 3);
}

/** The address may say what it is for: `revisit_of`, `booking`, `area`, `checklist` (a code). */
export function startOf(query: URLSearchParams, at: Date): Beginning {
  const revisit = serverAudits.peek().get(query.get("revisit_of") ?? "");
  const published = [...checklists.peek().values()].filter((one) => one.published);
  const code = query.get("checklist") ?? revisit?.checklist.code ?? "estate-walk";
  const version = published.find((one) => one.code === code) ?? published[0];
  const area = query.get("area") ?? revisit?.area?.id ?? "";
  return {
    version_id: version?.version_id ?? "",
    area_id: area,
    title: "",
    trigger: query.get("revisit_of") ? "Re-visit" : "Routine",
    ...{ trigger_more: "", evidence: "", from: "", to: "", source: "" },
    light: lightAt(at.getHours()),
    weather: "dry",
    risk_done: false,
    risk_note: "",
    check_in: 30,
    track: false,
    revisit_of: query.get("revisit_of") ?? "",
    booking_id: query.get("booking") ?? "",
  };
}

/** The smallest area around a place; "" where none is. */
export function areaAround(here: Point | null): string {
  const areas = reference.peek()?.areas ?? [];
  return (here && areas.filter((area) => contains(area, here)).sort((a, b) => size(a) - size(b))[0]?.id) || "";
}

export function titleFor({ version_id, area_id }: Pick<Beginning, "version_id" | "area_id">): string {
  const what = checklists.value.get(version_id)?.title ?? "Audit";
  const where = reference.value?.areas.find((area) => area.id === area_id)?.name;
  return where ? `${what}, ${where}` : what;
}

/** What stands in the way of beginning, or null. */
export function whatIsMissing(one: Beginning): { field: "area" | "risk" | "checklist"; words: string } | null {
  if (!one.version_id) return { field: "checklist", words: "Choose the checklist" };
  if (!one.area_id) return { field: "area", words: "Choose the area that you audit" };
  if (!one.risk_done) return { field: "risk", words: "Make the risk check first; then tick it" };
  return null;
}
