import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import type { BulkAnswer } from "../../../api/types";
import type { Crews, JobChange } from "../../../app/job-change";
import { Button, Icon } from "../../../ui";
import { BulkSheet } from "./BulkSheet";
import { jobsInWords, outcomeInWords } from "./bulk";
import type { BoardRow } from "./shapes";

/** What was done last, while it can be taken back. */
export interface LastChange {
  answer: BulkAnswer;
  where: string;
}

interface BarProps {
  rows: readonly BoardRow[];
  crews: readonly Crews[];
  mayReroute: boolean;
  action: JobChange | null;
  onAction: (action: JobChange | null) => void;
  onNone: () => void;
  last: LastChange | null;
  onDone: (last: LastChange) => void;
  onUndone: (words: string | null) => void;
}

/** What can be done with the chosen jobs, and then how to take it back. Covers no row: it stands at the foot. */
export function BulkBar(props: BarProps) {
  const { rows, last } = props;
  if (rows.length === 0 && !last) return null;
  return (
    <section class="bulk-bar" aria-label="Chosen jobs">
      {rows.length > 0 ? <Actions {...props} /> : last && <Outcome {...props} last={last} />}
      <BulkSheet
        action={props.action}
        rows={rows}
        crews={props.crews}
        onClose={() => props.onAction(null)}
        onDone={(answer, where) => props.onDone({ answer, where })}
      />
    </section>
  );
}

function Actions({ rows, mayReroute, onAction, onNone }: BarProps) {
  return (
    <>
      <p role="status">
        <strong class="tabular">{jobsInWords(rows.length)}</strong> chosen
      </p>
      <div class="row bulk-actions">
        <Button kind="primary" icon="team" onClick={() => onAction("assign")}>
          Give to…
        </Button>
        <Button icon="clock" onClick={() => onAction("defer")}>
          Put off…
        </Button>
        {mayReroute && (
          <Button icon="sent" onClick={() => onAction("reroute")}>
            Send elsewhere…
          </Button>
        )}
        <Button kind="quiet" onClick={onNone}>
          Choose none
        </Button>
      </div>
    </>
  );
}

function Outcome({ last, onUndone }: BarProps & { last: LastChange }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const { answer, where } = last;
  const undo = async () => {
    setBusy(true);
    const undone = await ask<BulkAnswer>(`/api/jobs/bulk/${answer.id}/undo`, { method: "POST", json: {} });
    setBusy(false);
    setWrong(failure(undone, "No connection. Nothing was taken back; try again."));
    if (undone.kind !== "ok") return;
    const left = undone.data.refused;
    onUndone(left.length > 0 ? `${jobsInWords(left.length)} had moved on since and stayed as they are.` : null);
  };
  return (
    <>
      <div class="bulk-words" role="status">
        <p>{outcomeInWords(answer, where)}</p>
        {answer.refused.length > 0 && (
          <details>
            <summary>Why</summary>
            <ul>
              {answer.refused.map((one) => (
                <li key={one.id}>{one.detail}</li>
              ))}
            </ul>
          </details>
        )}
        {wrong && (
          <p class="tone-late">
            <Icon name="warning" /> {wrong}
          </p>
        )}
      </div>
      <div class="row bulk-actions">
        {answer.done.length > 0 && (
          <Button kind="primary" icon="undo" busy={busy} onClick={() => void undo()}>
            Take it back
          </Button>
        )}
        <Button kind="quiet" onClick={() => onUndone(null)}>
          Close
        </Button>
      </div>
    </>
  );
}
