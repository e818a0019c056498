/** Shapes of the desk's figures as the server answers them, and small sums on them. Pure. */
import type { Geometry } from "geojson";
import type { Defect, Job, Organisation } from "../../api/types";

export interface OrganisationFigures {
  organisation: Organisation;
  open: number;
  late: number;
  at_risk: number;
  on_time: number;
  returned: number;
  done_7_days: number;
  oldest_days: number | null;
  on_time_percent: number | null;
}

export interface AgeFigures {
  label: string;
  min_h: number;
  max_h: number | null;
  open: number;
  late: number;
}

export interface Backlog {
  as_of: string;
  totals: { open: number; late: number; at_risk: number; triage: number; done_7_days: number };
  organisations: OrganisationFigures[];
  ages: AgeFigures[];
}

export interface JobPage {
  next: string | null;
  count: number;
  results: Job[];
}

export interface Hotspot {
  rank: number;
  key: string;
  name: string;
  open: number;
  severity_points: number;
  age_days_total: number;
  score: number;
  longitude: number | null;
  latitude: number | null;
  boundary: Geometry | null;
}

export interface Hotspots {
  definition: string;
  from: string;
  to: string;
  results: Hotspot[];
}

export interface DefectList {
  results: Defect[];
}

/** "0.4" days is "under a day"; whole days else. */
export function daysInWords(days: number | null): string {
  if (days === null) return "–";
  if (days < 1) return "under a day";
  const whole = Math.floor(days);
  return whole === 1 ? "1 day" : `${whole} days`;
}

/** "91.7" as "91.7 %"; a dash where there is nothing to judge. */
export function percentInWords(percent: number | null): string {
  return percent === null ? "–" : `${percent} %`;
}

/** "YYYY-MM-DD" of the council's day that lies `days` before `now`. */
export function dayBefore(now: Date, days: number, zone = "Europe/London"): string {
  const then = new Date(now.getTime() - days * 86_400_000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(then);
}

export const PERIODS = [
  { value: "30", label: "Last 30 days" },
  { value: "90", label: "Last 90 days" },
  { value: "365", label: "Last 12 months" },
  { value: "own", label: "Own dates" },
] as const;

export interface Period {
  kind: string;
  from: string;
  to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The period in the address, or the last 90 days. Dates that are the wrong way round are turned. */
export function periodFrom(query: URLSearchParams, now: Date): Period {
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (query.get("period") === "own") {
    const first = DAY.test(from) ? from : dayBefore(now, 90);
    const last = DAY.test(to) ? to : dayBefore(now, 0);
    return first <= last ? { kind: "own", from: first, to: last } : { kind: "own", from: last, to: first };
  }
  const days = PERIODS.some((one) => one.value === query.get("period")) ? Number(query.get("period")) : 90;
  return { kind: String(days), from: dayBefore(now, days), to: dayBefore(now, 0) };
}
