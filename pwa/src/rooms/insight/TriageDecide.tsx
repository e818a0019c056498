import { useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { components } from "../../api/schema";
import type { Defect } from "../../api/types";
import { setQuery } from "../../app/router";
import { MapPane } from "../../map";
import { reference, serverNow } from "../../sync";
import { agoInWords, Banner, Button, Checkbox, Chip, PhotoSet, RadioCards, Select, TextArea, useNow } from "../../ui";
import { severityOf } from "./DefectRows";
import { titleOf } from "./JobRows";

type Schemas = components["schemas"];
type Row = Schemas["TriageRowOut"];
/** A report that waits for a decision: with its due time, who decides, and what crews suggested. */
export type TriageRow = Defect & Pick<Row, "triage_due_at" | "triage_late" | "decider" | "suggestions">;
type Decided = Schemas["DefectDecidedOut"];
type Basis = "settled" | "clear_first";

const pleaseChoose = { value: "", label: "Choose" };
const THEIR_RULES = { value: "", label: "As their own rules say" };
const RADII = ["10", "25", "50", "100", "250"].map((value) => ({ value, label: `${value} m around` }));

interface Choice {
  organisation: string;
  level: string;
  basis: Basis;
  remember: boolean;
  radius: string;
  note: string;
}

/** Say whose job one report is, and whether the next ones at the place follow. */
export function Decide({ defect, onDone }: { defect: TriageRow; onDone: (words: string) => void }) {
  const [choice, setChoice] = useState<Choice>({
    organisation: "",
    level: "",
    basis: "settled",
    remember: false,
    radius: "25",
    note: "",
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const known = reference.value;
  const set = (change: Partial<Choice>) => setChoice((before) => ({ ...before, ...change }));

  const send = async () => {
    const missing: Record<string, string> = {};
    if (!choice.organisation) missing.organisation_id = "Choose who gets it";
    if (choice.basis === "clear_first" && !choice.note.trim()) missing.note = "Say why it is cleared first";
    setErrors(missing);
    setFailed(null);
    if (Object.keys(missing).length) return;
    setBusy(true);
    const json = {
      organisation_id: choice.organisation,
      service_level: choice.level,
      basis: choice.basis,
      remember: choice.remember,
      radius_m: Number(choice.radius),
      note: choice.note.trim(),
    };
    const answer = await ask<Decided>(`/api/defects/${defect.id}/decide`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") {
      const name = known?.organisations.find((one) => one.id === choice.organisation)?.name ?? "its owner";
      const entered = answer.data.demarcation;
      onDone(`${defect.number} is with ${name}${entered ? `; decision ${entered.reference} is on the register` : ""}`);
    } else if (answer.kind === "problem") {
      const { problem } = answer;
      setErrors(Object.fromEntries((problem.errors ?? []).map((one) => [one.field, one.message])));
      setFailed(problem.detail ?? problem.title);
    } else setFailed("No connection. Nothing was sent; try again when it is back.");
  };

  return (
    <section class="triage-decide" aria-label={`Decide about ${defect.number}`}>
      <div class="row-apart">
        <h2>
          {titleOf(defect)}, {defect.street_text || defect.ward?.name}
        </h2>
        <Chip status={severityOf(defect)} />
      </div>
      <Button kind="quiet" icon="back" class="triage-back" onClick={() => setQuery({ defect: null })}>
        Back to the queue
      </Button>
      {defect.triage_reason && <Banner kind="risk" title={defect.triage_reason} />}
      <Suggestions defect={defect} onTake={(organisation) => set({ organisation })} />
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <div class="triage-form">
        <Select
          label="Give it to"
          value={choice.organisation}
          options={[pleaseChoose, ...(known?.organisations ?? []).map((one) => ({ value: one.id, label: one.name }))]}
          onChange={(organisation) => set({ organisation })}
          error={errors.organisation_id}
        />
        <Select
          label="By when"
          value={choice.level}
          options={[THEIR_RULES, ...(known?.service_levels ?? []).map((one) => ({ value: one.code, label: one.name }))]}
          onChange={(level) => set({ level })}
          error={errors.service_level}
        />
        <Grounds choice={choice} set={set} />
        <TextArea
          label="Why"
          hint={
            choice.basis === "clear_first"
              ? "Whoever settles it reads this."
              : "Stands in the story and on the register. You can leave it empty."
          }
          value={choice.note}
          onInput={(note) => set({ note })}
          rows={2}
          maxLength={2000}
          error={errors.note}
        />
        <Button kind="primary" large icon="sent" busy={busy} onClick={() => void send()}>
          Send it there
        </Button>
      </div>
      <Evidence defect={defect} />
    </section>
  );
}

function Grounds({ choice, set }: { choice: Choice; set: (change: Partial<Choice>) => void }) {
  return (
    <>
      <RadioCards<Basis>
        legend="On what grounds"
        name="basis"
        value={choice.basis}
        options={[
          { value: "settled", label: "It is theirs" },
          {
            value: "clear_first",
            label: "Clear first, settle later",
            hint: "Stands in your name on the register until somebody settles it.",
          },
        ]}
        onChange={(basis) => set({ basis })}
      />
      <div class="triage-remember">
        <Checkbox
          label="Later reports of this kind here go there too"
          hint="They follow this decision and say so, until another takes its place."
          checked={choice.remember}
          onChange={(remember) => set({ remember })}
        />
        {choice.remember && (
          <Select
            label="How far around"
            hint="On a small piece of land it holds for the whole of it."
            value={choice.radius}
            options={RADII}
            onChange={(radius) => set({ radius })}
          />
        )}
      </div>
    </>
  );
}

function Suggestions({ defect, onTake }: { defect: TriageRow; onTake: (organisation: string) => void }) {
  const now = useNow(serverNow);
  if (defect.suggestions.length === 0) return null;
  return (
    <ul class="triage-suggestions">
      {defect.suggestions.map((one) => (
        <li key={`${one.by} ${one.at}`} class="row-apart">
          <span>
            {one.by} thinks that it is {one.organisation.name}'s{" "}
            <span class="quiet-text">({agoInWords(one.at, now)})</span>
          </span>
          <Button onClick={() => onTake(one.organisation.id)}>Choose {one.organisation.short_name}</Button>
        </li>
      ))}
    </ul>
  );
}

function Evidence({ defect }: { defect: TriageRow }) {
  return (
    <>
      <div class="triage-evidence">
        <PhotoSet
          photos={defect.photos}
          missing={defect.photos_missing}
          what={defect.street_text || "the place"}
          phone={`${defect.raised_by.name}'s phone`}
        />
        <MapPane
          class="map-small"
          label={`Map around ${defect.street_text || defect.number}`}
          settings={reference.value?.map ?? null}
          centre={defect.place}
          points={[{ id: defect.id, ...defect.place, state: "on_time", label: defect.street_text }]}
          selected={defect.id}
        />
      </div>
      {defect.note && <p>{defect.note}</p>}
      <p>
        <a href={`/defects/${defect.id}?from=/triage`}>The whole report, {defect.number}</a>
      </p>
    </>
  );
}
