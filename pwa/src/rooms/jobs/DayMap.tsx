import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { fix } from "../../device/position";
import { MapPane } from "../../map";
import { type JobView, reference } from "../../sync";
import { Button, clockNow, dueState, Sheet } from "../../ui";
import { jobTitle } from "./JobCard";

/** The day's stops on a map, when asked for; a stop opens its job. The list has the same things. */
export function DayMap({ jobs, now }: { jobs: readonly JobView[]; now: Date }) {
  const [open, setOpen] = useState(false);
  const points = jobs.map((job, i) => ({
    id: job.id,
    ...job.place,
    state: job.due_at ? dueState(job.due_at, clockNow(now, job.paused), job.at_risk_at) : ("on_time" as const),
    label: `${i + 1}. ${jobTitle(job)}, ${job.street_text || job.ward?.name || job.number}`,
  }));
  return (
    <>
      <Button icon="map" wide onClick={() => setOpen(true)}>
        See the stops on a map
      </Button>
      <Sheet open={open} title="Today's stops" wide onClose={() => setOpen(false)}>
        <MapPane
          class="map-in-sheet"
          label="Map of the stops; the list has the same"
          settings={reference.value?.map ?? null}
          points={points}
          marker={fix.value}
          onPick={(id) => navigate(`/jobs/${id}`)}
        />
      </Sheet>
    </>
  );
}
