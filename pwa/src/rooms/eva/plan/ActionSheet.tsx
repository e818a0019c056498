import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { uuid7 } from "../../../sync/ids";
import { Banner, Button, Checkbox, Field, Select, Sheet, TextArea } from "../../../ui";
import { save } from "./saving";
import type { Action, ActionWritten, CostBand, Owners } from "./shapes";
import { ATTRIBUTES, COSTS } from "./words";

interface Terms {
  title: string;
  detail: string;
  attribute: string;
  owner_organisation_id: string;
  owner_person_id: string;
  due_on: string;
  cost_band: CostBand;
  funding: string;
  builds: boolean;
  maintenance_owner: string;
  maintenance_years: string;
  no_maintenance_reason: string;
}

function termsOf(action: Action | null): Terms {
  return {
    title: action?.title ?? "",
    detail: action?.detail ?? "",
    attribute: action?.attribute ?? "",
    owner_organisation_id: action?.owner_named ? (action.owner?.id ?? "") : "",
    owner_person_id: action?.owner_person?.id ?? "",
    due_on: action?.due_on ?? "",
    cost_band: action?.cost_band ?? "none",
    funding: action?.funding ?? "",
    builds: action?.builds ?? false,
    maintenance_owner: action?.maintenance_owner ?? "",
    maintenance_years: action?.maintenance_years ? String(action.maintenance_years) : "",
    no_maintenance_reason: action?.no_maintenance_reason ?? "",
  };
}

/** Adds an action that somebody thought of, or changes one. */
export function ActionSheet(props: {
  auditId: string;
  action: Action | null;
  onClose: () => void;
  onDone: (written: ActionWritten) => void;
  /** Where an action that is not agreed yet can be taken out of the plan. */
  onDropped?: ((written: ActionWritten) => void) | undefined;
}) {
  const { action } = props;
  const [id] = useState(() => uuid7());
  const [terms, setTerms] = useState(() => termsOf(action));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Terms>) => setTerms((before) => ({ ...before, ...change }));
  const years = Number(terms.maintenance_years);
  const keep = async () => {
    if (busy) return;
    const wrong: Record<string, string> = {};
    if (!terms.title.trim()) wrong.title = "Say what is to be done";
    if (terms.maintenance_years && !(Number.isInteger(years) && years >= 1 && years <= 60)) {
      wrong.maintenance_years = "Give whole years, from 1 to 60";
    }
    setErrors(wrong);
    setFailed(null);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    const json = {
      ...terms,
      title: terms.title.trim(),
      owner_organisation_id: terms.owner_organisation_id || null,
      owner_person_id: terms.owner_person_id || null,
      due_on: terms.due_on || null,
      maintenance_years: terms.maintenance_years ? years : null,
    };
    const saved = action
      ? await save<ActionWritten>(`/api/actions/${action.id}`, { ...json, version: action.version }, "PATCH")
      : await save<ActionWritten>(`/api/audits/${props.auditId}/actions`, { ...json, id });
    setBusy(false);
    if (saved.data) return props.onDone(saved.data);
    setErrors(saved.errors ?? {});
    setFailed(saved.failed);
  };
  const drop = async () => {
    if (busy || !action) return;
    setBusy(true);
    const saved = await save<ActionWritten>(`/api/actions/${action.id}/progress`, { state: "dropped" });
    setBusy(false);
    if (saved.data) props.onDropped?.(saved.data);
    else setFailed(saved.failed);
  };
  const mayDrop = props.onDropped && action?.state === "proposed" && action.may.progress.includes("dropped");
  return (
    <Sheet open wide title={action ? `Change ${action.number}` : "Add an action"} onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Field
          label="What is to be done"
          value={terms.title}
          onInput={(title) => set({ title })}
          maxLength={200}
          error={errors.title}
          autocomplete="off"
        />
        <TextArea
          label="Details (optional)"
          value={terms.detail}
          onInput={(detail) => set({ detail })}
          rows={2}
          maxLength={2000}
        />
        <Whose terms={terms} action={action} errors={errors} set={set} />
        <div class="plan-fields">
          <Field
            label="Due day"
            hint={action?.defect ? "Empty: it follows the job of the defect." : undefined}
            type="date"
            value={terms.due_on}
            onInput={(due_on) => set({ due_on })}
            error={errors.due_on}
          />
          <Select
            label="Attribute of Safer Places"
            value={terms.attribute}
            options={[{ value: "", label: "None named" }, ...ATTRIBUTES]}
            onChange={(attribute) => set({ attribute })}
          />
          <Select
            label="Cost"
            value={terms.cost_band}
            options={COSTS}
            onChange={(value) => set({ cost_band: value as CostBand })}
          />
          <Field
            label="Who pays (optional)"
            value={terms.funding}
            onInput={(funding) => set({ funding })}
            maxLength={200}
            autocomplete="off"
          />
        </div>
        <BuiltToLast terms={terms} errors={errors} set={set} />
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void keep()}>
            {action ? "Keep the change" : "Add it to the plan"}
          </Button>
          <Button onClick={props.onClose}>{action ? "Leave it as it was" : "Leave it"}</Button>
          {mayDrop && (
            <Button kind="danger" icon="trash" class="plan-drop" busy={busy} onClick={() => void drop()}>
              Drop {action.number}
            </Button>
          )}
        </div>
      </div>
    </Sheet>
  );
}

type Part = { terms: Terms; errors: Record<string, string>; set: (change: Partial<Terms>) => void };

function Whose({ terms, action, errors, set }: Part & { action: Action | null }) {
  const { data } = useAsk<Owners>("/api/plan-owners");
  const organisations = data?.organisations ?? [];
  const people = organisations.find((one) => one.id === terms.owner_organisation_id)?.people ?? [];
  const follows = action?.defect
    ? `Follows the job${action.owner && !action.owner_named ? `: ${action.owner.name} now` : ""}`
    : "Nobody yet";
  return (
    <div class="plan-fields">
      <Select
        label="Owner"
        value={terms.owner_organisation_id}
        options={[{ value: "", label: follows }, ...organisations.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(owner_organisation_id) => set({ owner_organisation_id, owner_person_id: "" })}
        error={errors.owner_organisation_id}
      />
      {people.length > 0 && (
        <Select
          label="Person (optional)"
          value={terms.owner_person_id}
          options={[
            { value: "", label: "Nobody in particular" },
            ...people.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(owner_person_id) => set({ owner_person_id })}
          error={errors.owner_person_id}
        />
      )}
    </div>
  );
}

function BuiltToLast({ terms, errors, set }: Part) {
  return (
    <div class="stack-tight">
      <Checkbox
        label="It builds something that has to be kept up"
        hint="A fence, a gate, a lamp. Without upkeep it is the next audit's defect."
        checked={terms.builds}
        onChange={(builds) => set({ builds })}
      />
      {terms.builds && (
        <div class="plan-upkeep-fields">
          <div class="plan-fields">
            <Field
              label="Who keeps it up"
              value={terms.maintenance_owner}
              onInput={(maintenance_owner) => set({ maintenance_owner })}
              maxLength={200}
              autocomplete="off"
            />
            <Field
              label="For how many years"
              type="number"
              inputMode="numeric"
              min="1"
              max="60"
              value={terms.maintenance_years}
              onInput={(maintenance_years) => set({ maintenance_years })}
              error={errors.maintenance_years}
            />
          </div>
          <Field
            label="Or: why nobody keeps it up"
            hint="The plan can't be approved with neither."
            value={terms.no_maintenance_reason}
            onInput={(no_maintenance_reason) => set({ no_maintenance_reason })}
            maxLength={500}
            autocomplete="off"
          />
        </div>
      )}
    </div>
  );
}
