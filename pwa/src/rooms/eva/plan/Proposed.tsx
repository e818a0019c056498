import { useEffect, useRef, useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { Banner, Button, Chip, counted, SEVERITY, Section, statusOf } from "../../../ui";
import { save } from "./saving";
import type { ActionWritten, Proposal, Proposals } from "./shapes";

const SHOWN_AT_FIRST = 8;

/** What the walk found and the plan says nothing of yet: one tap adds it. */
export function Proposed(props: { auditId: string; version: number; onAdded: (written: ActionWritten) => void }) {
  const asked = useAsk<Proposals>(`/api/audits/${props.auditId}/plan/proposals`);
  const [adding, setAdding] = useState<string | null>(null);
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const [failed, setFailed] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const seen = useRef(props.version);
  // What was dropped meanwhile is proposed again.
  useEffect(() => {
    if (seen.current !== props.version) asked.again();
    seen.current = props.version;
  }, [props.version]);
  // A new answer knows what was added.
  useEffect(() => setAdded(new Set()), [asked.at]);
  const rows = (asked.data?.results ?? []).filter((row) => !added.has(row.source_id));
  const add = async (row: Proposal) => {
    if (adding) return;
    setAdding(row.source_id);
    setFailed(null);
    const { source, source_id, title, detail, attribute } = row;
    const json = { source, source_id, title, detail, attribute };
    const saved = await save<ActionWritten>(`/api/audits/${props.auditId}/actions`, json);
    setAdding(null);
    if (saved.data) {
      setAdded((before) => new Set(before).add(row.source_id));
      props.onAdded(saved.data);
    } else {
      setFailed(saved.failed);
      asked.again();
    }
  };
  const shown = all ? rows : rows.slice(0, SHOWN_AT_FIRST);
  return (
    <Section
      title={rows.length ? `${rows.length} found on the walk, not in the plan` : "Found on the walk, not in the plan"}
    >
      <Stale asked={asked} what="What the walk found" />
      {failed && <Banner kind="late" title={failed} live="alert" />}
      {asked.data && rows.length === 0 && (
        <p class="quiet-text">Everything that the walk found is in the plan. Add what else is to be done yourself.</p>
      )}
      <ul class="plan-proposals">
        {shown.map((row) => (
          <li key={row.source_id} class="plan-proposal">
            <div class="plan-proposal-words">
              <p>
                <strong>{row.title}</strong>
              </p>
              <p class="small-text quiet-text">
                {row.severity !== null && <Chip status={statusOf(SEVERITY, String(row.severity))} />} {row.words}
                {row.detail && `: ${row.detail}`}
                {row.job && `; job ${row.job.number} with ${row.job.organisation.name}`}
              </p>
            </div>
            <Button icon="plus" busy={adding === row.source_id} onClick={() => void add(row)}>
              Add<span class="sr-only">: {row.title}</span>
            </Button>
          </li>
        ))}
      </ul>
      {rows.length > shown.length && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          Show {counted(rows.length - shown.length, "more", "more")}
        </Button>
      )}
    </Section>
  );
}
