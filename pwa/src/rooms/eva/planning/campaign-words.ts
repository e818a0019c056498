/** What campaigns say in words. */
import type { CampaignKind, OutputKind } from "./shapes";

export const KIND: Readonly<Record<CampaignKind, string>> = {
  week_of_action: "Week of action",
  high_impact_day: "High Impact Day",
};

export const OUTPUT: Readonly<Record<OutputKind, string>> = {
  graffiti_m2: "Graffiti removed (m²)",
  garages_painted: "Garages painted",
  bags: "Bags of litter",
  fly_tips: "Fly-tips cleared",
  needles: "Needles collected",
  hours: "Hours given",
  other: "Something else",
};

export const OUTPUT_KINDS = Object.keys(OUTPUT) as OutputKind[];
