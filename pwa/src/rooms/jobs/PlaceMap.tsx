import { useState } from "preact/hooks";
import { MapPane } from "../../map";
import { type JobView, reference, serverNow } from "../../sync";
import { Button, dueState, Sheet } from "../../ui";

/** The place on a map, when asked for: a map costs data, and the street's name is often enough. */
export function PlaceMap({ job }: { job: JobView }) {
  const [open, setOpen] = useState(false);
  const late = job.due_at && dueState(job.due_at, serverNow(), job.at_risk_at) === "late";
  const label = job.street_text || "the job";
  const points = [{ id: job.id, ...job.place, state: late ? "late" : "on_time", label } as const];
  return (
    <>
      <Button icon="map" wide onClick={() => setOpen(true)}>
        Map
      </Button>
      <Sheet open={open} title={label} wide onClose={() => setOpen(false)}>
        <MapPane
          class="map-in-sheet"
          label={`Map around ${label}`}
          settings={reference.value?.map ?? null}
          centre={job.place}
          points={points}
          selected={job.id}
        />
        <p class="small-text quiet-text">
          {job.place.latitude.toFixed(5)}, {job.place.longitude.toFixed(5)}
        </p>
      </Sheet>
    </>
  );
}
