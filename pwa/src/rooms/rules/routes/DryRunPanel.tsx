import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { serverNow } from "../../../sync";
import {
  Banner,
  Button,
  Choices,
  type Column,
  counted,
  exactTime,
  Field,
  longDay,
  Section,
  Table,
  useNow,
} from "../../../ui";
import type { Draft, DryRun, TriedRow } from "./shapes";
import { resultInWords } from "./words";

const UNHEARD = "No connection. The trial was not started; try again when it is back.";
const POLL_MS = 700;
// A worker says how far it is after each thousand reports.
const SILENT_MS = 60_000;

type Kind = DryRun["kind"];

/** The draft against what was received in 90 days: started here, worked on by the server, read here. */
export function DryRunPanel({ draft, mayEdit }: { draft: Draft; mayEdit: boolean }) {
  const [started, setStarted] = useState<string | null>(null);
  const [asOf, setAsOf] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const id = started ?? draft.dry_run?.id ?? null;

  const start = async () => {
    setBusy(true);
    setFailed(null);
    const json = asOf ? { as_of: asOf } : {};
    const answer = await ask<{ id: string }>(`/api/route-drafts/${draft.id}/dry-run`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") setStarted(answer.data.id);
    else setFailed(failure(answer, UNHEARD));
  };

  return (
    <Section title="Trial against the last 90 days">
      <p>
        Both books decide about every report that came, as they will stand on {longDay(asOf || draft.first_full_day)}. A
        trial changes nothing.
      </p>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      {id && <Trial key={id} id={id} draft={draft} />}
      {mayEdit && (
        <div class="trial-start">
          <Field
            label="As the books stand on"
            type="date"
            hint="Empty: the first day on which all changes hold."
            value={asOf}
            onInput={setAsOf}
          />
          <Button kind={id ? "secondary" : "primary"} icon="start" busy={busy} onClick={() => void start()}>
            {id ? "Try it again" : "Try it"}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Trial({ id, draft }: { id: string; draft: Draft }) {
  const [kind, setKind] = useState<Kind>("elsewhere");
  const asked = useAsk<DryRun>(`/api/dry-runs/${id}?kind=${kind}`);
  const run = asked.data;
  const isOver = run?.state === "done" || run?.state === "failed";
  const { again } = asked;
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(again, POLL_MS);
    return () => clearInterval(timer);
  }, [isOver, again]);
  if (!run) return null;
  if (run.state === "failed") return <Banner kind="late" title={run.failure} live="status" />;
  if (run.state !== "done") return <Progress run={run} />;
  return (
    <>
      {!(run.is_current && run.id === id && isOfDraft(run, draft)) && (
        <Banner kind="risk" title="The draft was changed after this trial">
          <p>What follows is about the draft as it was. Try it again.</p>
        </Banner>
      )}
      <Result run={run} kind={kind} onKind={setKind} />
    </>
  );
}

/** A trial that was read before the draft was changed here is old, though its answer did not say so yet. */
function isOfDraft(run: DryRun, draft: Draft): boolean {
  return draft.dry_run?.id !== run.id || draft.dry_run.is_current;
}

function Progress({ run }: { run: DryRun }) {
  const now = useNow(serverNow);
  const silent = now.getTime() - Date.parse(run.heard_at) > SILENT_MS;
  const words =
    run.state === "waiting"
      ? "Waiting for a worker"
      : `${run.done.toLocaleString("en-GB")} of ${counted(run.total, "report")} tried`;
  return (
    <div class="trial-progress" role="status">
      <label>
        {words}
        <progress value={run.state === "waiting" ? undefined : run.done} max={run.total || 1} />
      </label>
      {silent && <p>Nothing was heard of it for a minute. It goes on by itself; you may also try it again.</p>}
    </div>
  );
}

function Result({ run, kind, onKind }: { run: DryRun; kind: Kind; onKind: (kind: Kind) => void }) {
  const { counts } = run;
  if (!counts) return null;
  const kinds: { value: Kind; label: string; count: number }[] = [
    { value: "elsewhere", label: "Elsewhere", count: counts.elsewhere },
    { value: "other_time", label: "Another time", count: counts.other_time },
    { value: "otherwise", label: "Another team or priority", count: counts.otherwise },
  ];
  return (
    <div class="trial-result">
      <p class="trial-words" role="status">
        {resultInWords(counts)}
      </p>
      <Details run={run} />
      {counts.elsewhere + counts.other_time + counts.otherwise > 0 && (
        <>
          <Choices label="Which reports" value={kind} choices={kinds} onChange={onKind} />
          <Rows key={kind} run={run} kind={kind} />
        </>
      )}
    </div>
  );
}

function Details({ run }: { run: DryRun }) {
  const { counts } = run;
  if (!counts) return null;
  const said = [
    counts.to_nobody && `${counted(counts.to_nobody, "report")} would have waited for a person`,
    counts.from_nobody && `${counted(counts.from_nobody, "report")} would not have waited for a person any more`,
    counts.earlier && `${counts.earlier.toLocaleString("en-GB")} due earlier`,
    counts.later && `${counts.later.toLocaleString("en-GB")} due later`,
  ].filter(Boolean);
  return (
    <>
      {said.length > 0 && <p>{said.join("; ")}.</p>}
      {run.moves.length > 0 && (
        <ul class="moves">
          {run.moves.map((move) => (
            <li key={`${move.was}${move.would}`}>
              {move.was ?? "A person decides"} → {move.would ?? "a person decides"}:{" "}
              <strong>{move.count.toLocaleString("en-GB")}</strong>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const COLUMNS: Column<TriedRow>[] = [
  {
    key: "defect",
    head: "Report",
    rowHead: true,
    cell: (row) => (
      <>
        <a class="book-link" href={`/defects/${row.defect.id}?from=/rules/routes/draft`}>
          {row.defect.reference}
        </a>
        <span class="book-under">
          {row.category}
          {row.street && `, ${row.street}`}
        </span>
      </>
    ),
  },
  { key: "was", head: "Was", cell: (row) => <Side side={row.was} /> },
  { key: "would", head: "Would be", cell: (row) => <Side side={row.would} /> },
];

function Side({ side }: { side: TriedRow["was"] }) {
  return (
    <>
      <strong>{side.organisation ?? "A person decides"}</strong>
      {side.due_at && <span class="book-under">due {exactTime(side.due_at)}</span>}
      <details class="why">
        <summary>Why</summary>
        <p class="small-text">{side.words}</p>
      </details>
    </>
  );
}

function Rows({ run, kind }: { run: DryRun; kind: Kind }) {
  const [more, setMore] = useState<TriedRow[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const offset = more.length ? next : run.next_offset;
  if (run.kind !== kind || run.rows.length === 0) return null;
  const fetchMore = async () => {
    setBusy(true);
    const answer = await ask<DryRun>(`/api/dry-runs/${run.id}?kind=${kind}&offset=${offset}`);
    setBusy(false);
    if (answer.kind !== "ok") return;
    setMore((before) => [...before, ...answer.data.rows]);
    setNext(answer.data.next_offset);
  };
  const total = run.counts?.[kind] ?? 0;
  return (
    <>
      <Table
        caption="Reports for which the draft would have made a difference, the newest first"
        columns={COLUMNS}
        rows={[...run.rows, ...more]}
        keyOf={(row) => row.defect.id}
      />
      {offset !== null && (
        <Button wide busy={busy} onClick={() => void fetchMore()}>
          Show more
        </Button>
      )}
      {offset === null && total > run.kept && (
        <p class="quiet-text">The newest {run.kept} are listed; the counts are of all.</p>
      )}
    </>
  );
}
