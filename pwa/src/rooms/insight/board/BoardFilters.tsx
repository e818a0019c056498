import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Crews } from "../../../app/job-change";
import { setQuery } from "../../../app/router";
import { reference } from "../../../sync";
import { Button, Field, type Option, Select } from "../../../ui";
import { type Asked, filePath, filtersSet, noFilters } from "./address";

const KINDS: Option[] = [
  { value: "", label: "Any kind" },
  { value: "make_safe", label: "Make safe" },
  { value: "complete", label: "Complete repair" },
];
const BREACHES: Option[] = [
  { value: "", label: "Any time left" },
  { value: "late", label: "Late" },
  { value: "at_risk", label: "At risk" },
  { value: "on_time", label: "On time" },
];
const ORDERS: Option[] = [
  { value: "due_at", label: "Due first" },
  { value: "-age", label: "Oldest first" },
];
/** The address follows the typing after this; each letter is no question of its own. */
const TYPED_MS = 250;

/** The words to search for: typed here, and a moment later in the address. */
function Search({ q, searchRef }: { q: string; searchRef: RefObject<HTMLInputElement | null> }) {
  const [typed, setTyped] = useState(q);
  const asked = useRef(q);
  useEffect(() => {
    // Taken away elsewhere (Clear, Back): the box follows.
    if (q !== asked.current) setTyped(q);
    asked.current = q;
  }, [q]);
  useEffect(() => {
    if (typed.trim() === asked.current.trim()) return;
    const timer = setTimeout(() => {
      asked.current = typed.trim();
      setQuery({ q: typed.trim() || null, job: null });
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      label="Find a number, a street or words"
      labelHidden
      type="search"
      placeholder="Number, street or words"
      value={typed}
      maxLength={80}
      onInput={setTyped}
      inputRef={searchRef}
      onKeyDown={(event) => {
        if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}

function Owners({ asked, crews }: { asked: Asked; crews: readonly Crews[] }) {
  const set = (name: string) => (value: string) => setQuery({ [name]: value || null, job: null });
  const chosen = crews.filter((one) => !asked.organisation || one.id === asked.organisation);
  const teams = chosen.flatMap((one) =>
    one.teams.map((team) => ({
      value: team.id,
      label: chosen.length > 1 ? `${one.short_name}: ${team.name}` : team.name,
    })),
  );
  return (
    <>
      {crews.length > 1 && (
        <Select
          label="Organisation"
          labelHidden
          value={asked.organisation}
          options={[
            { value: "", label: "Any owner" },
            ...crews.map((one) => ({ value: one.id, label: one.short_name })),
          ]}
          onChange={(value) => setQuery({ organisation: value || null, team: null, job: null })}
        />
      )}
      <Select
        label="Team"
        labelHidden
        value={asked.team}
        options={[{ value: "", label: "Any team" }, { value: "none", label: "Given to nobody" }, ...teams]}
        onChange={set("team")}
      />
    </>
  );
}

function Rarer({ asked }: { asked: Asked }) {
  const set = (name: string) => (value: string) => setQuery({ [name]: value || null, job: null });
  return (
    <>
      <Select label="Kind of job" labelHidden value={asked.kind} options={KINDS} onChange={set("kind")} />
      <Select label="Time left" labelHidden value={asked.breach} options={BREACHES} onChange={set("breach")} />
    </>
  );
}

/** The filters, all in the address. On a phone they open by a tap, so that the list stands first. */
export function BoardFilters(props: {
  asked: Asked;
  crews: readonly Crews[];
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { asked } = props;
  const known = reference.value;
  const set = filtersSet(asked);
  const [open, setOpen] = useState(set > 0);
  const wards = (known?.areas ?? []).filter((area) => area.kind === "ward");
  const change = (name: string) => (value: string) => setQuery({ [name]: value || null, job: null });
  return (
    <div class={open ? "filters board-filters board-filters-open" : "filters board-filters"}>
      <Search q={asked.q} searchRef={props.searchRef} />
      <Button class="board-filters-toggle" icon="filter" expanded={open} onClick={() => setOpen(!open)}>
        {set > 0 ? `Filters (${set})` : "Filters"}
      </Button>
      <div class="board-filters-more">
        <Owners asked={asked} crews={props.crews} />
        <Select
          label="Ward"
          labelHidden
          value={asked.ward}
          options={[{ value: "", label: "Any ward" }, ...wards.map((one) => ({ value: one.id, label: one.name }))]}
          onChange={change("ward")}
        />
        <Select
          label="Category"
          labelHidden
          value={asked.category}
          options={[
            { value: "", label: "Any category" },
            ...(known?.categories ?? []).map((one) => ({ value: one.code, label: one.label })),
          ]}
          onChange={change("category")}
        />
        <Rarer asked={asked} />
        {set > 0 && (
          <Button kind="quiet" onClick={() => setQuery({ ...noFilters(), job: null })}>
            Clear filters
          </Button>
        )}
      </div>
    </div>
  );
}

/** By what the list is ordered; it stands with the list. */
export function Order({ asked }: { asked: Asked }) {
  return (
    <span class="board-order">
      <Select
        label="Order"
        labelHidden
        value={asked.order}
        options={ORDERS}
        onChange={(value) => setQuery({ order: value === "due_at" ? null : value, job: null })}
      />
    </span>
  );
}

/** What is shown, as files; all of it, not only the first rows. */
export function Files({ asked }: { asked: Asked }) {
  return (
    <span class="board-files">
      <a class="button button-quiet" href={filePath(asked, "csv")} download>
        CSV<span class="sr-only"> of this list</span>
      </a>
      <a class="button button-quiet" href={filePath(asked, "xlsx")} download>
        Excel<span class="sr-only"> file of this list</span>
      </a>
    </span>
  );
}
