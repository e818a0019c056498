import { NOTHING_CHANGED } from "../../../api/words";
import "./register.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { MapPane } from "../../../map";
import { reference, serverNow } from "../../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Choices,
  Empty,
  exactTime,
  Field,
  Select,
  Sheet,
  Tag,
  TextArea,
  TopBar,
  useNow,
} from "../../../ui";
import { REGISTER_STATE } from "./states";

type Schemas = components["schemas"];
type Decision = Schemas["DemarcationOut"];
type Register = Schemas["DemarcationsOut"];

/** Places where somebody decided whose work it is, and what was cleared first and waits to be settled. */
export default function DemarcationsScreen() {
  const { query } = useRoute();
  const state = query.get("state") === "all" ? "all" : "unsettled";
  const words = query.get("q") ?? "";
  const asked = useAsk<Register>(`/api/demarcations?state=${state}&q=${encodeURIComponent(words)}`, 60_000);
  const [settling, setSettling] = useState<Decision | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const now = useNow(serverNow);
  const rows = asked.data?.results ?? [];
  const chosen = rows.find((row) => String(row.id) === query.get("decision")) ?? null;
  return (
    <>
      <TopBar
        title="Register of decisions"
        back="/rules"
        backLabel="Rules"
        status={<span>Later reports at these places follow the decision and cite it</span>}
      />
      <div class="page register">
        {said && <Banner kind="good" title={said} live="status" />}
        <div class="register-filters">
          <Choices
            label="Which decisions"
            value={state}
            choices={[
              { value: "unsettled", label: "To settle", count: asked.data?.unsettled },
              { value: "all", label: "All" },
            ]}
            onChange={(value) => setQuery({ state: value === "all" ? "all" : null, decision: null })}
          />
          <Field
            label="Find a place, a person or an organisation"
            type="search"
            value={words}
            onInput={(value) => setQuery({ q: value || null, decision: null })}
            maxLength={100}
          />
        </div>
        <Stale asked={asked} what="The register" />
        {asked.data && rows.length === 0 && <Nothing state={state} words={words} />}
        {rows.length > 0 && (
          <div class="register-panes">
            <ul class="stack-tight">
              {rows.map((row) => (
                <li key={row.id}>
                  <DecisionCard row={row} now={now} current={row === chosen} onSettle={() => setSettling(row)} />
                </li>
              ))}
            </ul>
            <MapPane
              class="register-map"
              label="Map of the decisions"
              settings={reference.value?.map ?? null}
              points={rows.map((row) => ({
                id: String(row.id),
                longitude: row.longitude,
                latitude: row.latitude,
                state: row.state === "unsettled" ? "at_risk" : "on_time",
                label: `${row.reference}, ${row.place}`,
              }))}
              selected={chosen ? String(chosen.id) : null}
              onPick={(id) => setQuery({ decision: id })}
            />
          </div>
        )}
      </div>
      <SettleSheet
        key={settling?.id ?? "none"}
        row={settling}
        onClose={() => setSettling(null)}
        onDone={(row) => {
          setSettling(null);
          setSaid(`${row.reference} is settled`);
          asked.again();
        }}
      />
    </>
  );
}

function Nothing({ state, words }: { state: string; words: string }) {
  if (words) return <Empty icon="search" title={`No decision speaks of “${words}”`} />;
  if (state === "unsettled") {
    return (
      <Empty icon="check" title="Nothing waits to be settled">
        <p>What somebody in triage clears first and settles later comes here until it is settled.</p>
      </Empty>
    );
  }
  return (
    <Empty icon="reports" title="No decisions yet">
      <p>A decision comes here from triage, where somebody lets later reports at the place follow it.</p>
    </Empty>
  );
}

function DecisionCard(props: { row: Decision; now: Date; current: boolean; onSettle: () => void }) {
  const { row } = props;
  const state = REGISTER_STATE[row.state];
  const what = row.group ?? "Everything";
  return (
    <article class={props.current ? "register-card register-card-current" : "register-card"} aria-label={row.reference}>
      <div class="row-apart">
        <h2 class="register-title">
          <button type="button" class="register-pick" onClick={() => setQuery({ decision: String(row.id) })}>
            {row.reference}, {row.place || "place on the map"}
          </button>
        </h2>
        <Tag tone={state.tone} icon={state.icon}>
          {state.words}
        </Tag>
      </div>
      <p>
        <strong>
          {what} → {row.organisation.name}
        </strong>
        {row.basis === "clear_first" && ", cleared first"}
      </p>
      {row.note && <p>“{row.note}”</p>}
      <p class="quiet-text small-text">
        <span title={exactTime(row.decided_at)}>{agoInWords(row.decided_at, props.now)}</span> by {row.decided_by.name}
        {row.guides && `; ${row.parcel ? `for parcel ${row.parcel} and ` : ""}${row.radius_m} m around`}
        {row.jobs > 0 && `; ${row.jobs === 1 ? "1 job" : `${row.jobs} jobs`} so far`}
        {row.superseded_by && `; ${row.superseded_by} took its place`}
        {row.defect && (
          <>
            ; <a href={`/defects/${row.defect.id}?from=/rules/demarcations`}>{row.defect.number}</a>
          </>
        )}
      </p>
      {row.settled_at && (
        <p class="small-text">
          Settled {agoInWords(row.settled_at, props.now)} by {row.settled_by?.name}: “{row.settled_note}”
        </p>
      )}
      {row.state === "unsettled" && (
        <div class="row">
          <Button kind="primary" icon="check" onClick={props.onSettle}>
            Settle {row.reference}
          </Button>
        </div>
      )}
    </article>
  );
}

function SettleSheet(props: { row: Decision | null; onClose: () => void; onDone: (row: Decision) => void }) {
  const { row } = props;
  const [organisation, setOrganisation] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const others = (reference.value?.organisations ?? []).filter((one) => one.id !== row?.organisation.id);
  const settle = async () => {
    if (!row || busy) return;
    setMissing(note.trim() ? null : "Say how it was settled");
    setFailed(null);
    if (!note.trim()) return;
    setBusy(true);
    const json = { note: note.trim(), organisation_id: organisation || null };
    const answer = await ask<Decision>(`/api/demarcations/${row.id}/settle`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") props.onDone(row);
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <Sheet open={row !== null} title={row ? `Settle ${row.reference}` : "Settle"} onClose={props.onClose}>
      {row && (
        <div class="stack">
          {failed && <Banner kind="late" title={failed} live="alert" />}
          <p>
            {row.organisation.name} cleared it first, at {row.place || "the place on the map"}: “{row.note}”
          </p>
          <Select
            label="Whose was it in the end"
            hint={row.guides ? "Later reports of this kind here follow." : undefined}
            value={organisation}
            options={[
              { value: "", label: `It stays with ${row.organisation.name}` },
              ...others.map((one) => ({ value: one.id, label: one.name })),
            ]}
            onChange={setOrganisation}
          />
          <TextArea
            label="How it was settled"
            value={note}
            onInput={setNote}
            rows={3}
            maxLength={2000}
            error={missing}
          />
          <div class="row">
            <Button kind="primary" icon="check" busy={busy} onClick={() => void settle()}>
              Settle it
            </Button>
            <Button onClick={props.onClose}>Leave it open</Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}
