import { NOTHING_CHANGED } from "../../../api/words";
import "./register.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Point } from "../../../api/types";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { type MapCell, MapPane } from "../../../map";
import { reference, serverNow, session } from "../../../sync";
import { Banner, Button, Choices, Empty, longDay, Sheet, Tag, TextArea, TopBar, useNow } from "../../../ui";
import { DeclareSheet } from "./DeclareSheet";
import { makesRules } from "./making";
import { DATED_STATE } from "./states";

type Schemas = components["schemas"];
type Hotspot = Schemas["DeclaredHotspotOut"];

/** Where work is more urgent for a while: on a list and the same on a map. A tap on the map begins a new one. */
export default function DeclaredHotspotsScreen() {
  const { query } = useRoute();
  const state = query.get("state") === "all" ? "all" : "current";
  const asked = useAsk<Schemas["DeclaredHotspotsOut"]>(`/api/declared-hotspots?state=${state}`, 60_000);
  const [place, setPlace] = useState<Point | null>(startOf(query));
  const [cell, setCell] = useState<string | null>(query.get("cell"));
  const [ending, setEnding] = useState<Hotspot | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const mayWrite = makesRules(session.value.person);
  const now = useNow(serverNow);
  const rows = asked.data?.results ?? [];
  const done = (words: string) => {
    setPlace(null);
    setCell(null);
    setEnding(null);
    setSaid(words);
    setQuery({ cell: null, name: null, longitude: null, latitude: null });
    asked.again();
  };
  return (
    <>
      <TopBar
        title="Declared hotspots"
        back="/rules"
        backLabel="Rules"
        status={<span>One severity up and half the time, from the first to the last day</span>}
      />
      <div class="page register">
        {said && <Banner kind="good" title={said} live="status" />}
        <div class="register-filters">
          <Choices
            label="Which hotspots"
            value={state}
            choices={[
              { value: "current", label: "Now and to come" },
              { value: "all", label: "All" },
            ]}
            onChange={(value) => setQuery({ state: value === "all" ? "all" : null })}
          />
          {mayWrite && (
            <Button
              kind="primary"
              icon="plus"
              disabled={!reference.value}
              onClick={() => setPlace(reference.value?.map.centre ?? null)}
            >
              Declare a hotspot
            </Button>
          )}
        </div>
        <Stale asked={asked} what="The list" />
        {asked.data && rows.length === 0 && (
          <Empty icon="hotspot" title={state === "all" ? "No hotspot was ever declared" : "No hotspot is in force"}>
            <p>
              {mayWrite
                ? "Tap the map where it is, or declare one from the ranking under Hotspots."
                : "The council's managers declare them."}
            </p>
          </Empty>
        )}
        <div class="register-panes">
          <ul class="stack-tight">
            {rows.map((row) => (
              <li key={row.id}>
                <HotspotCard row={row} mayWrite={mayWrite} onEnd={() => setEnding(row)} />
              </li>
            ))}
          </ul>
          <MapPane
            class="register-map"
            label="Map of the declared hotspots"
            settings={reference.value?.map ?? null}
            cells={rows.map(cellOf)}
            marker={place}
            onTap={mayWrite ? setPlace : undefined}
          />
        </div>
      </div>
      {mayWrite && (place || cell) && (
        <DeclareSheet
          place={place}
          cell={cell}
          name={query.get("name") ?? ""}
          today={now}
          onMove={setPlace}
          onClose={() => {
            setPlace(null);
            setCell(null);
          }}
          onDone={(row) => done(`“${row.name}” is a hotspot until ${longDay(row.ends_on)}`)}
        />
      )}
      <EndSheet
        key={ending?.id ?? "none"}
        row={ending}
        onClose={() => setEnding(null)}
        onDone={(row) => done(`“${row.name}” has ended`)}
      />
    </>
  );
}

function startOf(query: URLSearchParams): Point | null {
  const [longitude, latitude] = [query.get("longitude"), query.get("latitude")];
  return longitude && latitude ? { longitude: Number(longitude), latitude: Number(latitude) } : null;
}

function cellOf(row: Hotspot): MapCell {
  const coordinates = row.boundary as number[][][];
  const weight = row.state === "in_force" ? 0.9 : 0.3;
  return { key: String(row.id), name: row.name, weight, boundary: { type: "Polygon", coordinates } };
}

function HotspotCard({ row, mayWrite, onEnd }: { row: Hotspot; mayWrite: boolean; onEnd: () => void }) {
  const state = DATED_STATE[row.state];
  return (
    <article class="register-card" aria-label={row.name}>
      <div class="row-apart">
        <h2 class="register-title">{row.name}</h2>
        <span class="row">
          {row.review_due && (
            <Tag tone="risk" icon="eye">
              Review is due
            </Tag>
          )}
          <Tag tone={state.tone} icon={state.icon}>
            {state.words}
          </Tag>
        </span>
      </div>
      <p>
        {longDay(row.starts_on)} to {longDay(row.ends_on)}, review on {longDay(row.review_on)}
      </p>
      {row.note && <p>“{row.note}”</p>}
      <p class="quiet-text small-text">
        Declared by {row.declared_by.name}
        {row.ended_by && `; ended by ${row.ended_by.name}${row.ended_note ? `: “${row.ended_note}”` : ""}`}
      </p>
      {mayWrite && row.state !== "ended" && (
        <div class="row">
          <Button icon="cancelled" onClick={onEnd}>
            End it now
          </Button>
        </div>
      )}
    </article>
  );
}

function EndSheet(props: { row: Hotspot | null; onClose: () => void; onDone: (row: Hotspot) => void }) {
  const { row } = props;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const end = async () => {
    if (!row || busy) return;
    setBusy(true);
    setFailed(null);
    const answer = await ask<Hotspot>(`/api/declared-hotspots/${row.id}/end`, {
      method: "POST",
      json: { note: note.trim() },
    });
    setBusy(false);
    if (answer.kind === "ok") props.onDone(row);
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <Sheet open={row !== null} title={row ? `End “${row.name}”` : "End"} onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <p>Reports from now on have their usual time. What is open keeps the shorter one.</p>
        <TextArea label="Why" hint="You can leave it empty." value={note} onInput={setNote} rows={2} maxLength={500} />
        <div class="row">
          <Button kind="danger" icon="cancelled" busy={busy} onClick={() => void end()}>
            End it now
          </Button>
          <Button onClick={props.onClose}>Leave it</Button>
        </div>
      </div>
    </Sheet>
  );
}
