import "./escalations.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { categories, serverNow } from "../../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Chip,
  Choices,
  Due,
  Empty,
  exactTime,
  JOB_STATUS,
  LinkButton,
  Sheet,
  statusOf,
  Tag,
  TextArea,
  TopBar,
  useNow,
} from "../../../ui";
import type { Escalation, Escalations } from "./shapes";
import { ROLES } from "./words";

/** Late jobs that were passed up, until somebody says that they have seen them. */
export default function EscalationsScreen() {
  const { query } = useRoute();
  const seen = query.get("state") === "seen";
  const mine = query.get("mine") === "true";
  const asked = useAsk<Escalations>(`/api/escalations?state=${seen ? "seen" : "open"}&mine=${mine}`, 30_000);
  const [seeing, setSeeing] = useState<Escalation | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const now = useNow(serverNow);
  const rows = asked.data?.results ?? [];
  return (
    <>
      <TopBar title="Passed up" status={asked.data && <span>{inWords(asked.data)}</span>}>
        <LinkButton href="/rules/escalations" icon="bell">
          Who is told
        </LinkButton>
      </TopBar>
      <div class="page desk-list">
        {said && <Banner kind="good" title={said} live="status" />}
        <Choices
          label="Which"
          value={seen ? "seen" : mine ? "mine" : "open"}
          choices={[
            { value: "open", label: "Nobody has seen" },
            { value: "mine", label: "For me" },
            { value: "seen", label: "Seen" },
          ]}
          onChange={(which) =>
            setQuery({ state: which === "seen" ? "seen" : null, mine: which === "mine" ? "true" : null })
          }
        />
        <Stale asked={asked} what="The list" />
        {asked.data && rows.length === 0 && (
          <Empty icon="check" title={seen ? "Nothing was seen yet" : "Nothing waits here"}>
            <p>
              A job comes here when it is late for so long that somebody else has to know. The ladder of its
              organisation says when that is.
            </p>
          </Empty>
        )}
        <ul class="stack-tight">
          {rows.map((row) => (
            <li key={row.id}>
              <Row row={row} now={now} onSee={() => setSeeing(row)} />
            </li>
          ))}
        </ul>
      </div>
      <SeenSheet
        row={seeing}
        onClose={() => setSeeing(null)}
        onDone={(row) => {
          setSeeing(null);
          setSaid(`${row.job.number}: everybody sees that you have it in hand.`);
          asked.again();
        }}
      />
    </>
  );
}

function inWords(list: Escalations): string {
  if (list.open === 0) return "Nothing waits";
  const open = list.open === 1 ? "1 that nobody has seen" : `${list.open} that nobody has seen`;
  return list.mine ? `${open}, ${list.mine} for you` : open;
}

function toWhom(row: Escalation): string {
  if (row.person) return row.person.name;
  return `all ${(ROLES[row.role] ?? row.role).toLowerCase()} of ${row.role_of.name}`;
}

function Row({ row, now, onSee }: { row: Escalation; now: Date; onSee: () => void }) {
  const { job } = row;
  return (
    <Card tone={row.seen_at ? "plain" : "late"} class="escalation">
      <div class="escalation-words">
        <h2>
          <a href={`/jobs/${job.id}?from=/escalations`}>
            {categories.value.get(job.category)?.label ?? job.category}, {job.street_text || job.ward || "see the map"}
          </a>
        </h2>
        <p class="row">
          <span class="tabular">{job.number}</span>
          <Chip status={statusOf(JOB_STATUS, job.status)} />
          <span>with {job.organisation.short_name}</span>
          <Due due={job.due_at} now={now} still />
        </p>
        <p>
          <strong>
            Step {row.level}, {row.title}
          </strong>
          : to {toWhom(row)}, <span title={exactTime(row.at)}>{agoInWords(row.at, now)}</span>
        </p>
        {job.latest_note && <p class="quiet-text">“{job.latest_note}”</p>}
        {row.seen_at && row.seen_by && (
          <p class="quiet-text">
            Seen by {row.seen_by.name} {agoInWords(row.seen_at, now)}
            {row.note && `: “${row.note}”`}
          </p>
        )}
      </div>
      {!row.seen_at && (
        <div class="row">
          {row.is_mine && <Tag icon="user">For you</Tag>}
          <Button icon="eye" onClick={onSee}>
            I have seen it<span class="sr-only">: {job.number}</span>
          </Button>
        </div>
      )}
    </Card>
  );
}

function SeenSheet(props: { row: Escalation | null; onClose: () => void; onDone: (row: Escalation) => void }) {
  const { row } = props;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const see = async () => {
    if (!row || busy) return;
    setBusy(true);
    const answer = await ask<Escalation>(`/api/escalations/${row.id}/seen`, {
      method: "POST",
      json: { note: note.trim() },
    });
    setBusy(false);
    setFailed(failure(answer, "No connection. Nothing was kept; try again when it is back."));
    if (answer.kind !== "ok") return;
    setNote("");
    props.onDone(answer.data);
  };
  return (
    <Sheet open={row !== null} title={row ? `${row.job.number}: seen` : "Seen"} onClose={props.onClose}>
      {row && (
        <div class="stack">
          {failed && <Banner kind="late" live="alert" title={failed} />}
          <p>The job stays late until it is done. This says that somebody has it in hand.</p>
          <TextArea
            label="What is done about it"
            hint="You can leave it empty."
            value={note}
            onInput={setNote}
            rows={3}
            maxLength={2000}
          />
          <div class="row">
            <Button kind="primary" icon="check" busy={busy} onClick={() => void see()}>
              I have it in hand
            </Button>
            <Button onClick={props.onClose}>Leave it</Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}
