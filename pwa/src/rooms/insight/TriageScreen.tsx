import { useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { Defect } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { MapPane } from "../../map";
import { categories, reference, serverNow } from "../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Chip,
  Empty,
  missingInWords,
  Photo,
  PhotoSet,
  Select,
  TextArea,
  TopBar,
  useNow,
} from "../../ui";
import { severityOf } from "./DefectRows";
import type { DefectList } from "./figures";
import { stepTo } from "./filters";
import { titleOf } from "./JobRows";
import { Stale } from "./Stale";
import { useKeys } from "./useKeys";

/** What the routes could not decide, the oldest first: somebody says whose it is. */
export function TriageScreen() {
  const asked = useAsk<DefectList>("/api/triage", 30_000);
  const { query } = useRoute();
  const now = useNow(serverNow);
  const [sent, setSent] = useState<string | null>(null);
  const rows = asked.data?.results ?? [];
  const named = query.get("defect");
  const chosen = rows.find((row) => row.id === named) ?? rows[0];
  const step = (by: 1 | -1) => () =>
    setQuery({
      defect: stepTo(
        rows.map((row) => row.id),
        chosen?.id ?? null,
        by,
      ),
    });
  useKeys({ j: step(1), k: step(-1) });
  const done = (words: string) => {
    setSent(words);
    setQuery({ defect: null });
    asked.again();
  };
  return (
    <>
      <TopBar title="Triage" status={<span>{waiting(rows.length, asked.data !== null)}</span>} />
      <div class={named ? "triage triage-one" : "triage"}>
        <div class="triage-list">
          {sent && <Banner kind="good" title={sent} live="status" />}
          <Stale asked={asked} what="The queue" />
          {asked.data && rows.length === 0 && (
            <Empty icon="check" title="Nothing waits for a decision">
              <p>A report comes here when no route says whose it is, or when a crew hands it back.</p>
            </Empty>
          )}
          <ul class="stack-tight">
            {rows.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  class="triage-row"
                  aria-current={row.id === chosen?.id ? "true" : undefined}
                  onClick={() => setQuery({ defect: row.id })}
                >
                  <Photo
                    src={row.photos[0]?.thumbnail}
                    state={row.photos[0]?.state ?? (row.photos_missing ? "expected" : null)}
                    alt=""
                    icon={categories.value.get(row.category)?.icon}
                  />
                  <span class="triage-words">
                    <strong>{titleOf(row)}</strong>
                    <span>{row.street_text || row.ward?.name || row.number}</span>
                    <span class="small-text quiet-text">
                      {agoInWords(row.received_at, now)}. {row.triage_reason}
                    </span>
                    {missingInWords(row.photos) && (
                      <span class="small-text quiet-text">{missingInWords(row.photos)}</span>
                    )}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
        {chosen && <Decide key={chosen.id} defect={chosen} onDone={done} />}
      </div>
    </>
  );
}

function waiting(count: number, known: boolean): string {
  if (!known) return "";
  if (count === 0) return "Nothing waits";
  return count === 1 ? "1 waits for a decision" : `${count} wait for a decision, the oldest first`;
}

function Decide({ defect, onDone }: { defect: Defect; onDone: (words: string) => void }) {
  const [organisation, setOrganisation] = useState("");
  const [level, setLevel] = useState("");
  const [note, setNote] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const known = reference.value;
  const pleaseChoose = { value: "", label: "Choose" };

  const route = async () => {
    const missing: Record<string, string> = {};
    if (!organisation) missing.organisation_id = "Choose who gets it";
    if (!level) missing.service_level = "Choose by when";
    setErrors(missing);
    setFailed(null);
    if (Object.keys(missing).length) return;
    setBusy(true);
    const json = { organisation_id: organisation, service_level: level, note: note.trim() };
    const answer = await ask(`/api/defects/${defect.id}/route`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") {
      const name = known?.organisations.find((one) => one.id === organisation)?.name ?? "its owner";
      onDone(`${defect.number} is with ${name}`);
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
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <div class="triage-form">
        <Select
          label="Give it to"
          value={organisation}
          options={[pleaseChoose, ...(known?.organisations ?? []).map((one) => ({ value: one.id, label: one.name }))]}
          onChange={setOrganisation}
          error={errors.organisation_id}
        />
        <Select
          label="By when"
          value={level}
          options={[
            pleaseChoose,
            ...(known?.service_levels ?? []).map((one) => ({ value: one.code, label: one.name })),
          ]}
          onChange={setLevel}
          error={errors.service_level}
        />
        <TextArea
          label="Why"
          hint="Stands in the story, for the next time this place comes up. You can leave it empty."
          value={note}
          onInput={setNote}
          rows={2}
          maxLength={2000}
        />
        <Button kind="primary" large icon="sent" busy={busy} onClick={() => void route()}>
          Send it there
        </Button>
      </div>
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
          settings={known?.map ?? null}
          centre={defect.place}
          points={[{ id: defect.id, ...defect.place, state: "on_time", label: defect.street_text }]}
          selected={defect.id}
        />
      </div>
      {defect.note && <p>{defect.note}</p>}
      <p>
        <a href={`/defects/${defect.id}?from=/triage`}>The whole report, {defect.number}</a>
      </p>
    </section>
  );
}
