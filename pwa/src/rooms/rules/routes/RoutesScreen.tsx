import "./routes.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import {
  Banner,
  Button,
  Chip,
  type Column,
  counted,
  Empty,
  Field,
  LinkButton,
  longDay,
  Select,
  statusOf,
  Table,
  TopBar,
} from "../../../ui";
import { ROUTE_STATUS, type Route, type RouteChoices, type Routes } from "./shapes";
import { datesInWords } from "./words";

const FILTERS = ["category", "organisation", "land", "area", "state"] as const;

/** The book of routes as it holds today, and the way to its next edition. */
export default function RoutesScreen() {
  const { query } = useRoute();
  const asked = useAsk<Routes>(question(query), 60_000);
  const choices = useAsk<RouteChoices>("/api/route-choices");
  const routes = asked.data;
  const edition = routes?.edition;
  return (
    <>
      <TopBar
        title="Routes"
        back="/rules"
        backLabel="Rules"
        status={
          edition && (
            <span>
              Edition {edition.number}, published {longDay(edition.published_at.slice(0, 10))}
              {edition.published_by && ` by ${edition.published_by.name}`}
            </span>
          )
        }
      />
      <div class="page book">
        {routes && <NextEdition routes={routes} />}
        <Filters choices={choices.data} />
        <Stale asked={asked} what="The book of routes" />
        {routes && routes.results.length > 0 && (
          <>
            <p class="quiet-text">
              {counted(routes.count, "route")}. The most exact one that fits a report decides; of equally exact ones the
              one with the lower position.
            </p>
            <Rows routes={routes.results} />
          </>
        )}
        {routes?.results.length === 0 && (
          <Empty icon="directions" title="No route fits these filters">
            <p>A report that no route serves waits in triage for a person.</p>
          </Empty>
        )}
      </div>
    </>
  );
}

const SHOWN = 60;

/** The first of many; the filters narrow them down better than scrolling. */
function Rows({ routes }: { routes: readonly Route[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? routes : routes.slice(0, SHOWN);
  return (
    <>
      <Table
        caption="Routes in the order of their position"
        columns={COLUMNS}
        rows={shown}
        keyOf={(route) => route.code}
      />
      {shown.length < routes.length && (
        <Button wide onClick={() => setAll(true)}>
          Show all {routes.length}
        </Button>
      )}
    </>
  );
}

const COLUMNS: Column<Route>[] = [
  {
    key: "name",
    head: "Route",
    rowHead: true,
    cell: (route) => (
      <>
        <a class="book-link" href={`/rules/routes/${route.code}`}>
          {route.name}
        </a>
        <span class="book-under">{conditions(route)}</span>
      </>
    ),
  },
  {
    key: "to",
    head: "Goes to",
    cell: (route) =>
      route.team ? `${route.organisation.short_name}, ${route.team.name}` : route.organisation.short_name,
  },
  { key: "target", head: "Done within", cell: (route) => route.service_level.in_words },
  {
    key: "dates",
    head: "Holds",
    cell: (route) => (
      <>
        {route.state !== "holds" && <Chip status={statusOf(ROUTE_STATUS, route.state)} />}{" "}
        {route.valid_until || route.state !== "holds" ? datesInWords(route) : "open end"}
      </>
    ),
  },
  { key: "position", head: "Position", number: true, cell: (route) => route.position },
];

/** "Fly-tip on park, other council land in Castle": the summary without who gets it. */
function conditions(route: Route): string {
  return route.summary.split(" → ")[0] ?? "";
}

function question(query: URLSearchParams): string {
  const asked = new URLSearchParams();
  for (const name of [...FILTERS, "q"]) {
    const value = query.get(name)?.trim();
    if (value) asked.set(name, value);
  }
  return asked.size ? `/api/routes?${asked}` : "/api/routes";
}

/** What can be done with the book as a whole. */
function NextEdition({ routes }: { routes: Routes }) {
  const waits = routes.draft_changes;
  return (
    <div class="book-next">
      {waits !== null && (
        <Banner kind="info" icon="reports" title={`A draft of the next edition: ${counted(waits, "change")}`}>
          <p>Nothing of it holds until it is published.</p>
        </Banner>
      )}
      <div class="book-actions">
        {waits !== null && (
          <LinkButton kind="primary" icon="reports" href="/rules/routes/draft">
            Open the draft
          </LinkButton>
        )}
        {routes.may_edit && (
          <LinkButton icon="plus" href="/rules/routes/new">
            Propose a new route
          </LinkButton>
        )}
        <LinkButton icon="filter" href="/rules/routes/gaps">
          Gaps and overlaps
        </LinkButton>
      </div>
    </div>
  );
}

function Filters({ choices }: { choices: RouteChoices | null }) {
  const { query } = useRoute();
  const set = (name: string) => (value: string) => setQuery({ [name]: value || null });
  const value = (name: string) => query.get(name) ?? "";
  const any = (label: string, options: { value: string; label: string }[]) => [{ value: "", label }, ...options];
  const coded = (rows: readonly { code: string; label: string }[] = []) =>
    rows.map((row) => ({ value: row.code, label: row.label }));
  const filtered = FILTERS.some((name) => query.get(name)) || query.get("q");
  return (
    <search class="book-filters" aria-label="Filters">
      <Search />
      <Select
        label="Category"
        value={value("category")}
        options={any("Any category", coded(choices?.categories))}
        onChange={set("category")}
      />
      <Select
        label="Goes to"
        value={value("organisation")}
        options={any(
          "Anybody",
          (choices?.organisations ?? []).map((one) => ({ value: one.id, label: one.short_name })),
        )}
        onChange={set("organisation")}
      />
      <Select
        label="Land"
        value={value("land")}
        options={any("Any land", coded(choices?.land_types))}
        onChange={set("land")}
      />
      <Select
        label="Area"
        value={value("area")}
        options={any(
          "Any area",
          (choices?.areas ?? []).map((one) => ({ value: one.id, label: one.name })),
        )}
        onChange={set("area")}
      />
      <Select
        label="State"
        value={value("state")}
        options={any("In the book", [{ value: "all", label: "Also ended ones" }])}
        onChange={set("state")}
      />
      {filtered && (
        <Button
          kind="quiet"
          icon="close"
          onClick={() => setQuery(Object.fromEntries([...FILTERS, "q"].map((name) => [name, null])))}
        >
          Clear
        </Button>
      )}
    </search>
  );
}

const TYPING_MS = 250;

/** Asks when the typing rests. */
function Search() {
  const { query } = useRoute();
  const [text, setText] = useState(query.get("q") ?? "");
  const timer = useRef(0);
  const asked = query.get("q") ?? "";
  useEffect(() => setText(asked), [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (words: string) => {
    setText(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ q: words.trim() || null }), TYPING_MS) as unknown as number;
  };
  return (
    <Field
      label="Find"
      type="search"
      placeholder="A word, a place, a number"
      value={text}
      onInput={type}
      maxLength={80}
    />
  );
}
