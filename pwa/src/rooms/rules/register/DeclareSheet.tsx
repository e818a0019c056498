import { useMemo, useState } from "preact/hooks";
import { ask } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Point } from "../../../api/types";
import { MapPane } from "../../../map";
import { reference } from "../../../sync";
import { Banner, Button, Field, Select, Sheet, TextArea } from "../../../ui";
import { circleAround, dayAfter } from "./ground";
import { problemsOf } from "./making";

type Hotspot = components["schemas"]["DeclaredHotspotOut"];

const RADII = ["50", "100", "150", "250", "500", "1000"].map((value) => ({ value, label: `${value} m around` }));
/** A season, looked at half-way: what a partnership plans for. */
const USUAL_DAYS = 90;

/** Declare a hotspot: where, what it is called, from when to when, and by when somebody looks again. */
export function DeclareSheet(props: {
  place: Point | null;
  /** A cell of the ranking, by its key, in place of a circle. */
  cell: string | null;
  name: string;
  today: Date;
  onMove: (place: Point) => void;
  onClose: () => void;
  onDone: (row: Hotspot) => void;
}) {
  const [terms, setTerms] = useState(() => ({
    name: props.name,
    radius: "150",
    starts_on: dayAfter(props.today, 0),
    ends_on: dayAfter(props.today, USUAL_DAYS),
    review_on: dayAfter(props.today, USUAL_DAYS / 2),
    note: "",
  }));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof terms>) => setTerms((before) => ({ ...before, ...change }));
  const { place, cell } = props;
  const circle = useMemo(
    () => (place && !cell ? [circleAround(place, Number(terms.radius))] : []),
    [place, cell, terms.radius],
  );
  const declare = async () => {
    const missing: Record<string, string> = {};
    if (!terms.name.trim()) missing.name = "Give it the name that people use";
    for (const day of ["starts_on", "ends_on", "review_on"] as const) if (!terms[day]) missing[day] = "Give a day";
    setErrors(missing);
    setFailed(null);
    if (Object.keys(missing).length || busy) return;
    setBusy(true);
    const { radius, ...rest } = terms;
    const ground = cell ? { cell } : { circle: { ...place, radius_m: Number(radius) } };
    const json = { ...rest, ...ground, name: terms.name.trim(), note: terms.note.trim() };
    const answer = await ask<Hotspot>("/api/declared-hotspots", { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") props.onDone(answer.data);
    else {
      const found = problemsOf(answer);
      setErrors(found.errors);
      setFailed(found.words);
    }
  };
  return (
    <Sheet open wide title="Declare a hotspot" onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Field
          label="Name"
          hint="Stands in the words of each job: “In the hotspot “Mere Road” until 31 March”."
          value={terms.name}
          maxLength={120}
          onInput={(name) => set({ name })}
          error={errors.name}
          autocomplete="off"
        />
        {cell ? (
          <p>The ground is the cell from the ranking.</p>
        ) : (
          <>
            <Select label="How far" value={terms.radius} options={RADII} onChange={(radius) => set({ radius })} />
            <p class="quiet-text small-text">Tap the map to move its middle.</p>
            <MapPane
              class="map-small"
              label="Where the hotspot is"
              settings={reference.value?.map ?? null}
              centre={place}
              zoom={15}
              marker={place}
              cells={circle}
              onTap={props.onMove}
            />
          </>
        )}
        <div class="register-dates">
          <Field
            label="First day"
            type="date"
            value={terms.starts_on}
            onInput={(starts_on) => set({ starts_on })}
            error={errors.starts_on}
          />
          <Field
            label="Last day"
            type="date"
            value={terms.ends_on}
            onInput={(ends_on) => set({ ends_on })}
            error={errors.ends_on}
          />
          <Field
            label="Review on"
            type="date"
            value={terms.review_on}
            onInput={(review_on) => set({ review_on })}
            error={errors.review_on}
          />
        </div>
        <TextArea
          label="Why here"
          hint="Figures, complaints, a plan. You can leave it empty."
          value={terms.note}
          onInput={(note) => set({ note })}
          rows={2}
          maxLength={500}
        />
        <div class="row">
          <Button kind="primary" icon="hotspot" busy={busy} onClick={() => void declare()}>
            Declare it
          </Button>
          <Button onClick={props.onClose}>Leave it</Button>
        </div>
      </div>
    </Sheet>
  );
}
