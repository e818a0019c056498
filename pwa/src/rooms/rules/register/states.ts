import type { components } from "../../../api/schema";
import type { IconName, Tone } from "../../../ui";

type Schemas = components["schemas"];
interface Shown {
  words: string;
  tone: Tone;
  icon: IconName;
}

/** What a decision on the register is good for now. */
export const REGISTER_STATE: Record<Schemas["DemarcationState"], Shown> = {
  unsettled: { words: "To settle", tone: "risk", icon: "clock" },
  standing: { words: "Holds", tone: "good", icon: "check" },
  this_job_only: { words: "For that job only", tone: "idle", icon: "info" },
  superseded: { words: "Replaced", tone: "idle", icon: "repeat" },
  ended: { words: "Ended", tone: "idle", icon: "cancelled" },
};

/** What has dates: a contract, a declared hotspot. */
export const DATED_STATE: Record<Schemas["StateByDates"], Shown> = {
  to_come: { words: "To come", tone: "idle", icon: "clock" },
  in_force: { words: "In force", tone: "good", icon: "check" },
  ended: { words: "Ended", tone: "idle", icon: "cancelled" },
};
