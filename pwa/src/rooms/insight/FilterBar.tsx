import type { RefObject } from "preact";
import { setQuery } from "../../app/router";
import { reference } from "../../sync";
import { Button, Field, type Option, Select } from "../../ui";
import { ageWords } from "./ages";
import type { Filters } from "./filters";
import { only } from "./filters";

const ANY: Option = { value: "", label: "Any" };

function any(label: string, options: readonly Option[]): Option[] {
  return [{ ...ANY, label }, ...options];
}

const BREACHES: Option[] = [
  { value: "all", label: "Any due time" },
  { value: "at_risk", label: "At risk" },
  { value: "late", label: "Late" },
  { value: "on_time", label: "On time" },
];

const STATES: Option[] = [
  { value: "unfinished", label: "To do" },
  { value: "returned", label: "Handed back" },
  { value: "done", label: "Done in 7 days" },
];

/** The filters in one row, and the count they leave. They live in the address, so that a list can
 *  be sent to somebody. */
export function FilterBar(props: {
  filters: Filters;
  text: string;
  onText: (text: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  onHelp: () => void;
  count: number;
}) {
  const { filters, text, onText } = props;
  const known = reference.value;
  const wards = (known?.areas ?? []).filter((area) => area.kind === "ward");
  const set = (name: keyof Filters) => (value: string) => setQuery({ [name]: value, job: null });
  const named = (rows: readonly { id: string; name: string }[]) =>
    rows.map((row) => ({ value: row.id, label: row.name }));
  return (
    <div class="filters">
      <Field
        label="Find in this list"
        labelHidden
        type="search"
        placeholder="Find in this list"
        value={text}
        onInput={onText}
        inputRef={props.searchRef}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <Select
        label="State"
        labelHidden
        value={filters.state}
        options={STATES}
        onChange={(value) => setQuery({ state: value, breach: "all", job: null })}
      />
      <Select label="Time left" labelHidden value={filters.breach} options={BREACHES} onChange={set("breach")} />
      <Select
        label="Organisation"
        labelHidden
        value={filters.organisation}
        options={any("Any owner", named(known?.organisations ?? []))}
        onChange={set("organisation")}
      />
      <Select
        label="Ward"
        labelHidden
        value={filters.ward}
        options={any("Any ward", named(wards))}
        onChange={set("ward")}
      />
      <Select
        label="Category"
        labelHidden
        value={filters.category}
        options={any(
          "Any category",
          (known?.categories ?? []).map((row) => ({ value: row.code, label: row.label })),
        )}
        onChange={set("category")}
      />
      <Select
        label="Order"
        labelHidden
        value={filters.order}
        options={[
          { value: "due_at", label: "Due first" },
          { value: "-age", label: "Oldest first" },
        ]}
        onChange={set("order")}
      />
      <div class="filters-end">
        <p role="status">
          <strong class="tabular">{props.count}</strong> {props.count === 1 ? "job" : "jobs"}
          {filters.age && `, ${ageWords(filters.age)}`}
        </p>
        <Button kind="quiet" onClick={() => setQuery({ ...only({ breach: "all" }), order: null })}>
          Clear
        </Button>
        <Button kind="quiet" icon="keyboard" iconOnly onClick={props.onHelp}>
          Keys
        </Button>
      </div>
    </div>
  );
}
