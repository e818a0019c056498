/** Words of the walk. Pure. */
import type { AuditState, Light, Weather } from "../../../api/types";
import type { Status } from "../../../ui";

export const AUDIT_STATUS: Record<AuditState, Status> = {
  walking: { word: "Being walked", icon: "progress", tone: "busy" },
  paused: { word: "Paused", icon: "pause", tone: "risk" },
  walked: { word: "Walked, not signed off", icon: "clock", tone: "risk" },
  signed: { word: "Signed off", icon: "check", tone: "good" },
  abandoned: { word: "Given up", icon: "cancelled", tone: "idle" },
};

export const LIGHTS: readonly { value: Light; label: string }[] = [
  { value: "day", label: "Daylight" },
  { value: "dusk", label: "Dusk" },
  { value: "dark", label: "Dark" },
];

export const WEATHERS: readonly { value: Weather; label: string }[] = [
  { value: "dry", label: "Dry" },
  { value: "wet", label: "Wet" },
];

export const TRIGGERS = [
  "Routine",
  "Hotspot",
  "Complaints",
  "Rise in crime",
  "A councillor asked",
  "Day of action",
  "A project has ended",
  "Re-visit",
] as const;

export function lightAt(hour: number): Light {
  if (hour >= 8 && hour < 16) return "day";
  return hour >= 6 && hour < 19 ? "dusk" : "dark";
}

/** "3 of 12 answered". */
export function progressWords(answered: number, asked: number): string {
  return answered === asked ? `All ${asked} answered` : `${answered} of ${asked} answered`;
}
