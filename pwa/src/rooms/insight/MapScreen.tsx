import type { Feature, FeatureCollection, Point as GeoPoint, Polygon } from "geojson";
import { useMemo, useState } from "preact/hooks";
import { useAsk } from "../../api/useAsk";
import { Stale } from "../../app/stale";
import { type Box, boxAround, boxText, MapPane, type MapView } from "../../map";
import { reference } from "../../sync";
import { Chip, DUE_STATUS, Empty, statusOf, TopBar } from "../../ui";
import { severityOf } from "./DefectRows";
import { titleOf } from "./JobRows";

interface PointFacts {
  id: string;
  number: string;
  category: string;
  severity: number;
  status: string;
  late: boolean;
}

interface CellFacts {
  cell: string;
  open: number;
  late: number;
  severity_points: number;
}

type Shown =
  | (FeatureCollection<GeoPoint, PointFacts> & { shows: "points" })
  | (FeatureCollection<Polygon, CellFacts> & { shows: "cells" });

function boxOf(cell: Feature<Polygon, CellFacts>): Box | null {
  const ring = cell.geometry.coordinates[0] ?? [];
  return boxAround(ring.map(([longitude = 0, latitude = 0]) => ({ longitude, latitude })));
}

/** Everything open on the map: cells with counts from far, each thing from near; and their list. */
export function MapScreen() {
  const [view, setView] = useState<MapView | null>(null);
  const [bounds, setBounds] = useState<Box | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const path = view ? `/api/insight/map?bbox=${boxText(view.bbox)}&zoom=${view.zoom.toFixed(1)}` : null;
  const asked = useAsk<Shown>(path);
  const [last, setLast] = useState<Shown | null>(null);
  if (asked.data && asked.data !== last) setLast(asked.data);
  const shown = asked.data ?? last;
  const points = useMemo(() => pointsOf(shown), [shown]);
  const cells = useMemo(() => cellsOf(shown), [shown]);
  const zoomTo = (key: string) => {
    if (shown?.shows !== "cells") return;
    const cell = shown.features.find((feature) => feature.properties.cell === key);
    if (cell) setBounds(boxOf(cell));
  };
  return (
    <>
      <TopBar title="Map" status={<span>What is open, and what is late</span>} />
      <div class="map-screen">
        <MapPane
          class="map-whole"
          label="Map of everything open"
          settings={reference.value?.map ?? null}
          points={points}
          cells={cells}
          bounds={bounds}
          selected={chosen}
          onPick={setChosen}
          onPickCell={zoomTo}
          onMove={setView}
        />
        <section class="map-list" aria-label="The same as a list">
          {asked.state !== "loading" && <Stale asked={asked} what="The map's list" />}
          {shown?.shows === "points" && (
            <PointList shown={shown.features.map((one) => one.properties)} chosen={chosen} />
          )}
          {shown?.shows === "cells" && <CellList shown={shown.features.map((one) => one.properties)} onZoom={zoomTo} />}
        </section>
      </div>
    </>
  );
}

function pointsOf(shown: Shown | null) {
  if (shown?.shows !== "points") return [];
  return shown.features.map(({ geometry, properties }) => ({
    id: properties.id,
    longitude: geometry.coordinates[0] ?? 0,
    latitude: geometry.coordinates[1] ?? 0,
    state: properties.late ? ("late" as const) : ("on_time" as const),
    label: `${properties.number} ${titleOf(properties)}`,
  }));
}

function cellsOf(shown: Shown | null) {
  if (shown?.shows !== "cells") return [];
  const most = Math.max(1, ...shown.features.map((cell) => cell.properties.open));
  return shown.features.map(({ geometry, properties }) => ({
    key: properties.cell,
    name: `${properties.open} open`,
    weight: properties.open / most,
    boundary: geometry,
  }));
}

function PointList({ shown, chosen }: { shown: readonly PointFacts[]; chosen: string | null }) {
  if (shown.length === 0) {
    return (
      <Empty icon="map" title="Nothing open here">
        <p>Move the map, or zoom out.</p>
      </Empty>
    );
  }
  const rows = [...shown].sort(
    (a, b) =>
      Number(b.id === chosen) - Number(a.id === chosen) || Number(b.late) - Number(a.late) || a.severity - b.severity,
  );
  return (
    <>
      <h2>{shown.length === 1 ? "1 open here" : `${shown.length} open here`}</h2>
      <ul class="map-rows">
        {rows.slice(0, 200).map((row) => (
          <li key={row.id}>
            <a class={row.id === chosen ? "map-row map-row-chosen" : "map-row"} href={`/defects/${row.id}`}>
              <span>
                {titleOf(row)} <span class="row-under tabular">{row.number}</span>
              </span>
              <span class="row">
                {row.late && <Chip status={statusOf(DUE_STATUS, "late")} />}
                <Chip status={severityOf(row)} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      {rows.length > 200 && <p class="quiet-text">Zoom in to see the other {rows.length - 200}.</p>}
    </>
  );
}

function CellList({ shown, onZoom }: { shown: readonly CellFacts[]; onZoom: (key: string) => void }) {
  const rows = [...shown].sort((a, b) => b.open - a.open);
  const all = rows.reduce((sum, row) => sum + row.open, 0);
  return (
    <>
      <h2>{all} open in sight</h2>
      <p class="quiet-text small-text">Each cell opens closer; near enough, every report stands by itself.</p>
      <ul class="map-rows">
        {rows.slice(0, 60).map((row, i) => (
          <li key={row.cell}>
            <button type="button" class="map-row" onClick={() => onZoom(row.cell)}>
              <span>
                Cell {i + 1}: {row.open} open
                <span class="row-under">{row.severity_points} severity points</span>
              </span>
              {row.late > 0 && <Chip status={{ ...statusOf(DUE_STATUS, "late"), word: `${row.late} late` }} />}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
