/** What the screen says of ways and hours. No DOM. */
import type { NewsChannel, NewsChannelRow, NewsPreferences } from "../../api/types";
import type { PushState } from "../../device/push";

export const CHANNELS: readonly { channel: NewsChannel; short: string }[] = [
  { channel: "in_app", short: "App" },
  { channel: "push", short: "Phone" },
  { channel: "email", short: "E-mail" },
];

/** Why this phone has no notifications, and what to do; null where it can have them. */
export const CANNOT: Record<Exclude<PushState, "on" | "off">, string> = {
  unsupported: "This browser has no notifications. Chrome, Edge and Firefox have them.",
  install_first:
    "On an iPhone, notifications come once Sightline is on the home screen: tap Share, then “Add to Home Screen”, and open it from there.",
  denied:
    "Notifications from Sightline are blocked on this device. Allow them in the browser's settings for this site, then come back.",
};

export const DIGEST_HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, "0")}:00`,
}));

/** The ways that lead nowhere, with what to do: those that fail first. */
export function troubled(rows: readonly NewsChannelRow[]): NewsChannelRow[] {
  const worst = (row: NewsChannelRow) => (row.state === "failing" ? 0 : 1);
  return rows.filter((row) => row.words !== "" && row.state !== "no_phone").sort((a, b) => worst(a) - worst(b));
}

/** What a person wants, with one switch turned. */
export function turned(kept: NewsPreferences, topic: string, channel: NewsChannel): NewsPreferences {
  const topics = kept.topics.map((row) => (row.topic === topic ? { ...row, [channel]: !row[channel] } : row));
  return { ...kept, topics };
}

/** What is wrong with the quiet hours, or null. */
export function quietProblem(kept: NewsPreferences): string | null {
  if (kept.quiet_from === null && kept.quiet_until === null) return null;
  if (!kept.quiet_from || !kept.quiet_until) return "Write a beginning and an end.";
  return kept.quiet_from === kept.quiet_until ? "The end has to differ from the beginning." : null;
}

/** As the server wants it: without the words of the topics. */
export function asSent(kept: NewsPreferences): unknown {
  const topics = kept.topics.map(({ topic, in_app, push, email }) => ({ topic, in_app, push, email }));
  return { ...kept, topics };
}
