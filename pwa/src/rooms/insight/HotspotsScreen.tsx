import { useMemo } from "preact/hooks";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { MapPane } from "../../map";
import { reference, serverNow, session } from "../../sync";
import { Choices, type Column, Empty, Field, LinkButton, Section, Select, Table, TopBar, useNow } from "../../ui";
import { defectColumns } from "./DefectRows";
import { type DefectList, type Hotspot, type Hotspots, PERIODS, periodFrom } from "./figures";

/** Where it piles up: places ranked over a period, on a list and the same on a map. */
export function HotspotsScreen() {
  const { query } = useRoute();
  const now = useNow(serverNow);
  const by = query.get("by") === "cell" ? "cell" : "ward";
  const period = periodFrom(query, now);
  const chosen = query.get("place");
  const span = `from=${period.from}&to=${period.to}`;
  const asked = useAsk<Hotspots>(`/api/insight/hotspots?by=${by}&${span}&limit=50`);
  const rows = asked.data?.results ?? [];
  const top = Math.max(1, ...rows.map((row) => row.score));
  const cells = useMemo(
    () =>
      rows.flatMap((row) =>
        row.boundary ? [{ key: row.key, name: row.name, weight: row.score / top, boundary: row.boundary }] : [],
      ),
    [asked.data],
  );
  const pick = (key: string) => setQuery({ place: key === chosen ? null : key });
  const place = rows.find((row) => row.key === chosen);
  return (
    <>
      <TopBar title="Hotspots" />
      <div class="desk">
        <div class="filters">
          <Choices
            label="Rank by"
            value={by}
            choices={[
              { value: "ward", label: "Wards" },
              { value: "cell", label: "Cells" },
            ]}
            onChange={(value) => setQuery({ by: value, place: null })}
          />
          <Select
            label="Period"
            labelHidden
            value={period.kind}
            options={PERIODS}
            onChange={(value) =>
              setQuery({
                period: value,
                from: value === "own" ? period.from : null,
                to: value === "own" ? period.to : null,
              })
            }
          />
          {period.kind === "own" && (
            <>
              <Field
                label="From"
                type="date"
                value={period.from}
                max={period.to}
                onInput={(from) => setQuery({ from })}
              />
              <Field label="To" type="date" value={period.to} min={period.from} onInput={(to) => setQuery({ to })} />
            </>
          )}
        </div>
        <Stale asked={asked} what="The ranking" />
        {asked.data && <p class="definition">{asked.data.definition}</p>}
        {asked.data && rows.length === 0 && (
          <Empty icon="hotspot" title="Nothing open in this period">
            <p>Places appear here while reports from the period are open. Choose a longer period.</p>
          </Empty>
        )}
        {rows.length > 0 && (
          <div class="list-and-map hotspots">
            <div class="list-side">
              <Table
                caption="Places by score, the highest first"
                columns={columns(top, chosen, pick)}
                rows={rows}
                keyOf={(row) => row.key}
                current={chosen}
                onPick={(row) => row.key !== chosen && pick(row.key)}
              />
            </div>
            <MapPane
              class="map-beside"
              label="Map of the ranked places"
              settings={reference.value?.map ?? null}
              cells={cells}
              selected={chosen}
              onPickCell={pick}
            />
          </div>
        )}
        {place && session.value.person?.role !== "councillor" && (
          <Behind
            place={place}
            path={`/api/insight/hotspots/${by}/${encodeURIComponent(place.key)}/defects?${span}`}
            now={now}
          />
        )}
      </div>
    </>
  );
}

function columns(top: number, chosen: string | null, pick: (key: string) => void): Column<Hotspot>[] {
  return [
    { key: "rank", head: "Rank", number: true, width: "3.5rem", cell: (row) => row.rank },
    {
      key: "name",
      head: "Place",
      rowHead: true,
      cell: (row) => (
        <button
          type="button"
          class="row-link row-button"
          aria-expanded={row.key === chosen}
          onClick={(event) => {
            event.stopPropagation();
            pick(row.key);
          }}
        >
          {row.name}
        </button>
      ),
    },
    { key: "open", head: "Open", number: true, cell: (row) => row.open },
    { key: "points", head: "Severity points", number: true, cell: (row) => row.severity_points },
    { key: "age", head: "Days open, in all", number: true, cell: (row) => Math.round(row.age_days_total) },
    {
      key: "score",
      head: "Score",
      number: true,
      width: "10rem",
      cell: (row) => (
        <span class="score">
          <span class="score-track" aria-hidden="true">
            <span class="score-bar" style={{ width: `${(row.score / top) * 100}%` }} />
          </span>
          {Math.round(row.score)}
        </span>
      ),
    },
  ];
}

function Behind({ place, path, now }: { place: Hotspot; path: string; now: Date }) {
  const asked = useAsk<DefectList>(path);
  return (
    <Section title={`${place.name}: ${place.open} open`} aside={<DeclareLink place={place} />}>
      <Stale asked={asked} what="The list" />
      {asked.data && (
        <Table
          caption={`Open reports in ${place.name}`}
          columns={defectColumns(now)}
          rows={asked.data.results}
          keyOf={(row) => row.id}
        />
      )}
    </Section>
  );
}

/** To the declaring of this place: a cell as it is, a ward from its middle. */
function DeclareLink({ place }: { place: Hotspot }) {
  const role = session.value.person?.role;
  if (role !== "manager" && role !== "administrator") return null;
  if (place.longitude === null || place.latitude === null) return null;
  const asked = new URLSearchParams({ name: place.name });
  if (/^[0-9a-f]{15}$/.test(place.key)) asked.set("cell", place.key);
  else {
    asked.set("longitude", String(place.longitude));
    asked.set("latitude", String(place.latitude));
  }
  return (
    <LinkButton icon="hotspot" href={`/rules/hotspots?${asked}`}>
      Declare it a hotspot
    </LinkButton>
  );
}
