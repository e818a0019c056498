/** Service levels and calendars as the server tells them, and how their hours are written and read. */
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type LevelVersion = Schemas["ServiceLevelVersionOut"];
export type Level = Schemas["ServiceLevelStoryOut"];
export type Levels = Schemas["ServiceLevelsOut"];
export type Calendar = Schemas["CalendarOut"];
export type Calendars = Schemas["CalendarsOut"];
export type Tried = Schemas["TriedOut"];
export type Closure = Schemas["ClosureIn"];
export type Clock = LevelVersion["complete"]["clock"];

export interface Hours {
  weekday: number;
  opens: string;
  closes: string;
  season_from: string;
  season_until: string;
  valid_from: string | null;
  valid_until: string | null;
}

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

export const CLOCKS: readonly { value: Clock; label: string }[] = [
  { value: "clock_hours", label: "clock hours" },
  { value: "working_hours", label: "working hours" },
  { value: "working_days", label: "working days" },
  { value: "calendar_days", label: "calendar days" },
];

/** "Wed 10 Jun 2026" of a date without a time. */
export function dayInWords(day: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  })
    .format(new Date(`${day}T00:00:00Z`))
    .replace(",", "");
}

/** "1 April" of "04-01". */
export function monthDayInWords(text: string): string {
  const [month, day] = text.split("-").map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]}`;
}

/** One week of hours: by weekday what a person types, such as "08:00-12:00, 13:00-17:00"; empty is shut. */
export interface Week {
  season_from: string;
  season_until: string;
  valid_from: string;
  valid_until: string;
  days: string[];
}

/** Monday to Friday, eight to five: what a calendar without hours of its own has. */
export function ordinaryWeek(): Week {
  const days = WEEKDAYS.map((_, day) => (day < 5 ? "08:00-17:00" : ""));
  return { season_from: "", season_until: "", valid_from: "", valid_until: "", days };
}

/** The rows of a calendar as weeks: one for all the year, one a season, one a time of validity. */
export function weeksOf(hours: readonly Hours[]): Week[] {
  if (hours.length === 0) return [ordinaryWeek()];
  const weeks = new Map<string, Week>();
  for (const row of hours) {
    const key = [row.season_from, row.season_until, row.valid_from, row.valid_until].join("|");
    let week = weeks.get(key);
    if (!week) {
      week = {
        season_from: row.season_from,
        season_until: row.season_until,
        valid_from: row.valid_from ?? "",
        valid_until: row.valid_until ?? "",
        days: WEEKDAYS.map(() => ""),
      };
      weeks.set(key, week);
    }
    const stretch = `${row.opens}-${row.closes}`;
    const sofar = week.days[row.weekday];
    week.days[row.weekday] = sofar ? `${sofar}, ${stretch}` : stretch;
  }
  return [...weeks.values()].sort((a, b) => Number(!!a.season_from) - Number(!!b.season_from));
}

const STRETCH = /^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?$/;

function clock(hour: string, minute: string | undefined): string | null {
  const h = Number(hour);
  const m = Number(minute ?? "0");
  if (h > 24 || m > 59 || (h === 24 && m > 0)) return null;
  return `${String(h % 24).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
}

/** What a person typed for one day as stretches, or null where it can't be read. */
export function readDay(text: string): { opens: string; closes: string }[] | null {
  const parts = text
    .split(/[,;]| and /)
    .map((part) => part.trim())
    .filter(Boolean);
  const stretches: { opens: string; closes: string }[] = [];
  for (const part of parts) {
    const found = STRETCH.exec(part);
    const opens = found && clock(found[1] ?? "", found[2]);
    const closes = found && clock(found[3] ?? "", found[4]);
    if (!opens || !closes || (closes !== "00:00" && closes <= opens)) return null;
    stretches.push({ opens, closes });
  }
  return stretches;
}

/** The rows that the server takes, or by "week.day" what could not be read. */
export function hoursOf(weeks: readonly Week[]): { hours: Hours[]; wrong: Record<string, string> } {
  const hours: Hours[] = [];
  const wrong: Record<string, string> = {};
  weeks.forEach((week, number) => {
    week.days.forEach((text, weekday) => {
      const stretches = readDay(text);
      if (!stretches) wrong[`${number}.${weekday}`] = "Write it as 08:00-17:00, or leave it empty";
      for (const stretch of stretches ?? []) {
        hours.push({
          weekday,
          ...stretch,
          season_from: week.season_from,
          season_until: week.season_until,
          valid_from: week.valid_from || null,
          valid_until: week.valid_until || null,
        });
      }
    });
  });
  return { hours, wrong };
}

/** Days with the same hours in one line: "Monday to Friday 08:00-17:00". */
export function weekInWords(week: Week): string[] {
  const lines: string[] = [];
  let first = 0;
  for (let day = 1; day <= 7; day++) {
    if (day < 7 && week.days[day] === week.days[first]) continue;
    const hours = week.days[first];
    if (hours) {
      const last = day - 1;
      const name = first === last ? WEEKDAYS[first] : `${WEEKDAYS[first]} to ${WEEKDAYS[last]}`;
      lines.push(`${name} ${hours.replaceAll("-00:00", "-midnight").replaceAll("-", " to ")}`);
    }
    first = day;
  }
  return lines.length ? lines : ["Not open"];
}

/** When a week holds: "1 April to 30 September", "until 30 Jun 2026", or all the year. */
export function weekTitle(week: Week): string {
  const season = week.season_from
    ? `${monthDayInWords(week.season_from)} to ${monthDayInWords(week.season_until)}`
    : "All the year";
  const from = week.valid_from && `from ${dayInWords(week.valid_from)}`;
  const until = week.valid_until && `before ${dayInWords(week.valid_until)}`;
  return [season, from, until].filter(Boolean).join(", ");
}

/** Half hours of a warning as hours, for a field. */
export function hoursText(minutes: number): string {
  return String(Math.round((minutes / 60) * 100) / 100);
}

/** A code for a new thing from its name: "12 hours, parks" becomes "12-hours-parks". */
export function codeOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}
