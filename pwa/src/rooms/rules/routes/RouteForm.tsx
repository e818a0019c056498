import { Checkbox, Field, type Option, Select } from "../../../ui";
import type { RouteChoices, RouteFields } from "./shapes";
import { dayBeside, targetInWords } from "./words";

type Errors = Readonly<Record<string, string>>;

interface Part {
  fields: RouteFields;
  choices: RouteChoices;
  errors: Errors;
  set: (changes: Partial<RouteFields>) => void;
}

/** Everything that a route asks for and gives, in the order in which people read one. */
export function RouteForm(part: Part) {
  const { fields, errors, set } = part;
  return (
    <>
      <Field
        label="Name"
        hint="As it stands in the reason of each job: “Fly-tips in Castle”."
        value={fields.name}
        onInput={(name) => set({ name })}
        maxLength={120}
        error={errors["fields.name"]}
      />
      <What {...part} />
      <Where {...part} />
      <When {...part} />
      <Who {...part} />
    </>
  );
}

function What({ fields, choices, errors, set }: Part) {
  const groups = choices.groups.map((one) => ({ value: `group:${one.code}`, label: `All of: ${one.label}` }));
  const categories = choices.categories.map((one) => ({ value: `category:${one.code}`, label: one.label }));
  const value = fields.category ? `category:${fields.category}` : fields.group ? `group:${fields.group}` : "";
  const options = withChosen([{ value: "", label: "Any category" }, ...groups, ...categories], value);
  return (
    <fieldset class="route-part">
      <legend>What</legend>
      <Select
        label="Category"
        hint="A single category is more exact than its group, and a group than any."
        value={value}
        options={options}
        onChange={(chosen) => {
          const [kind, code = ""] = chosen.split(":");
          set({ category: kind === "category" ? code : null, group: kind === "group" ? code : null });
        }}
        error={errors["fields.category"] ?? errors["fields.group"]}
      />
      <Several
        legend="Severity"
        short
        hint="None ticked: any. 1 is the worst; a declared hotspot counts one up."
        options={[1, 2, 3, 4].map((one) => ({ value: String(one), label: String(one) }))}
        chosen={fields.severities.map(String)}
        onChange={(chosen) => set({ severities: chosen.map(Number).sort() })}
      />
    </fieldset>
  );
}

function Where({ fields, choices, errors, set }: Part) {
  const owners = choices.organisations.map((one) => ({ value: one.id, label: one.name }));
  const areas = choices.areas.map((one) => ({ value: one.id, label: `${one.name} (${one.kind})` }));
  return (
    <fieldset class="route-part">
      <legend>Whose land, and where</legend>
      <Several
        legend="Kind of land"
        hint="None ticked: any land, also land of unknown owner."
        options={choices.land_types.map((one) => ({ value: one.code, label: one.label }))}
        chosen={fields.land_types}
        onChange={(land_types) => set({ land_types })}
      />
      <Select
        label="Owner of the land"
        value={fields.land_owner_id ?? ""}
        options={[{ value: "", label: "Any owner" }, ...owners]}
        onChange={(chosen) => set({ land_owner_id: chosen || null })}
        error={errors["fields.land_owner_id"]}
      />
      <Select
        label="Area"
        value={fields.area_id ?? ""}
        options={[{ value: "", label: "Anywhere" }, ...areas]}
        onChange={(chosen) => set({ area_id: chosen || null })}
        error={errors["fields.area_id"]}
      />
    </fieldset>
  );
}

function When({ fields, errors, set }: Part) {
  return (
    <fieldset class="route-part">
      <legend>When</legend>
      <Field
        label="First day"
        type="date"
        value={fields.valid_from}
        onInput={(valid_from) => set({ valid_from })}
        error={errors["fields.valid_from"]}
      />
      <Field
        label="Last day"
        type="date"
        hint="Empty: until somebody changes it."
        value={fields.valid_until ? dayBeside(fields.valid_until, -1) : ""}
        onInput={(day) => set({ valid_until: day ? dayBeside(day, 1) : null })}
        error={errors["fields.valid_until"]}
      />
    </fieldset>
  );
}

function Who({ fields, choices, errors, set }: Part) {
  const now = new Date().toISOString().slice(0, 10);
  const organisations = choices.organisations
    .filter((one) => !one.closed_on || one.closed_on > now || one.id === fields.organisation_id)
    .map((one) => ({ value: one.id, label: one.closed_on ? `${one.name} (closes ${one.closed_on})` : one.name }));
  const teams = choices.organisations.find((one) => one.id === fields.organisation_id)?.teams ?? [];
  const contracts = choices.contracts.filter((one) => one.organisation_id === fields.organisation_id);
  const levels = choices.service_levels.map((one) => ({ value: one.code, label: targetInWords(one) }));
  return (
    <fieldset class="route-part">
      <legend>Who does it, and by when</legend>
      <Select
        label="Goes to"
        value={fields.organisation_id}
        options={pleaseChoose(organisations, fields.organisation_id)}
        onChange={(organisation_id) => set({ organisation_id, team_id: null, contract_id: null })}
        error={errors["fields.organisation_id"]}
      />
      {teams.length > 0 && (
        <Select
          label="Team"
          value={fields.team_id ?? ""}
          options={[
            { value: "", label: "The whole organisation" },
            ...teams.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(chosen) => set({ team_id: chosen || null })}
          error={errors["fields.team_id"]}
        />
      )}
      {contracts.length > 0 && (
        <Select
          label="Contract"
          hint="The route holds only while the contract does."
          value={fields.contract_id ? String(fields.contract_id) : ""}
          options={[
            { value: "", label: "No contract" },
            ...contracts.map((one) => ({ value: String(one.id), label: one.name })),
          ]}
          onChange={(chosen) => set({ contract_id: chosen ? Number(chosen) : null })}
          error={errors["fields.contract_id"]}
        />
      )}
      <Select
        label="Service level"
        value={fields.service_level}
        options={pleaseChoose(levels, fields.service_level)}
        onChange={(service_level) => set({ service_level })}
        error={errors["fields.service_level"]}
      />
      <Select
        label="Priority"
        hint="A job takes the more urgent of this and the severity that the warden gave."
        value={String(fields.priority)}
        options={["1, the most urgent", "2", "3", "4, the least urgent"].map((label, at) => ({
          value: String(at + 1),
          label,
        }))}
        onChange={(chosen) => set({ priority: Number(chosen) })}
        error={errors["fields.priority"]}
      />
      <Field
        label="Position"
        type="number"
        inputMode="numeric"
        hint="Decides between equally exact routes, the lowest first. Empty: after all others."
        value={fields.position ? String(fields.position) : ""}
        onInput={(text) => set({ position: Number(text) || undefined })}
        min="1"
        error={errors["fields.position"]}
      />
    </fieldset>
  );
}

/** Any number of a few, each a target of its own. */
function Several(props: {
  legend: string;
  hint: string;
  /** The words are a letter or two: several stand in a row, also on a phone. */
  short?: boolean;
  options: readonly Option[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const turn = (value: string, on: boolean) =>
    props.onChange(on ? [...props.chosen, value] : props.chosen.filter((one) => one !== value));
  return (
    <fieldset class="several">
      <legend class="field-label">{props.legend}</legend>
      <p class="field-hint">{props.hint}</p>
      <div class={props.short ? "several-boxes several-short" : "several-boxes"}>
        {props.options.map((option) => (
          <Checkbox
            key={option.value}
            label={option.label}
            checked={props.chosen.includes(option.value)}
            onChange={(on) => turn(option.value, on)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function pleaseChoose(options: Option[], chosen: string): Option[] {
  return chosen ? withChosen(options, chosen) : [{ value: "", label: "Choose" }, ...options];
}

/** What a route names stays choosable though it isn't offered any more (a retired category, an ended level). */
function withChosen(options: Option[], chosen: string): Option[] {
  if (options.some((option) => option.value === chosen)) return options;
  return [{ value: chosen, label: `${chosen.split(":").pop()} (not offered any more)` }, ...options];
}
