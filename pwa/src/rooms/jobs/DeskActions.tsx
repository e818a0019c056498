import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { BulkAnswer } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import {
  CHANGE_TITLES,
  CHANGED,
  type Crews,
  crewsOf,
  type JobChange,
  JobChangeForm,
  ownersOf,
} from "../../app/job-change";
import { type JobView, serverNow, session } from "../../sync";
import { Banner, Button, Sheet } from "../../ui";

const UNFINISHED = new Set(["open", "accepted", "in_progress", "paused"]);

/** What a desk does with one job: as with many on the board, and it can be taken back as there. */
export function DeskActions({ job, onChanged }: { job: JobView; onChanged: () => void }) {
  const [action, setAction] = useState<JobChange | null>(null);
  const [last, setLast] = useState<BulkAnswer | null>(null);
  const role = session.value.person?.role ?? "";
  const asked = useAsk<{ organisations: Crews[] }>("/api/board/crews");
  const crews = asked.data?.organisations ?? [];
  if (!["dispatcher", "manager", "administrator"].includes(role)) return null;
  // Whoever gives work to several organisations may send it from one to another.
  const mayReroute = crews.length > 1;
  return (
    <div class="stack">
      {last && (
        <Outcome
          answer={last}
          onUndone={() => {
            setLast(null);
            onChanged();
          }}
        />
      )}
      {UNFINISHED.has(job.status) && (
        <div class="row">
          <Button icon="team" onClick={() => setAction("assign")}>
            Give to…
          </Button>
          <Button icon="clock" onClick={() => setAction("defer")}>
            Put off…
          </Button>
          {mayReroute && (
            <Button icon="sent" onClick={() => setAction("reroute")}>
              Send elsewhere…
            </Button>
          )}
        </div>
      )}
      <Sheet
        open={action !== null}
        title={action ? `${CHANGE_TITLES[action]}: ${job.number}` : ""}
        onClose={() => setAction(null)}
      >
        {action && (
          <JobChangeForm
            key={action}
            action={action}
            jobs={[job]}
            what={job.number}
            one
            options={
              action === "assign"
                ? crewsOf(crews.find((one) => one.id === job.organisation.id))
                : ownersOf(crews.filter((one) => one.id !== job.organisation.id))
            }
            today={today()}
            onClose={() => setAction(null)}
            onSent={(answer) => {
              const refused = answer.refused[0];
              if (refused) return refused.detail;
              setAction(null);
              setLast(answer);
              onChanged();
              return null;
            }}
          />
        )}
      </Sheet>
    </div>
  );
}

function Outcome({ answer, onUndone }: { answer: BulkAnswer; onUndone: () => void }) {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [done] = answer.done;
  if (!done) return null;
  const undo = async () => {
    setBusy(true);
    const undone = await ask<BulkAnswer>(`/api/jobs/bulk/${answer.id}/undo`, { method: "POST", json: {} });
    setBusy(false);
    if (undone.kind !== "ok") return setWrong(failure(undone, "No connection. Nothing was taken back; try again."));
    const refused = undone.data.refused[0];
    if (refused) return setWrong(refused.detail);
    onUndone();
  };
  return (
    <Banner kind="good" live="status" title={`${done.number} was ${CHANGED[answer.action]}.`}>
      {done.new && (
        <p>
          It goes on as <a href={`/jobs/${done.new.id}`}>{done.new.number}</a>.
        </p>
      )}
      {wrong && <p>{wrong}</p>}
      <Button icon="undo" busy={busy} onClick={() => void undo()}>
        Take it back
      </Button>
    </Banner>
  );
}

/** Today as the browser's clock, put right by the server's, counts days: YYYY-MM-DD. */
function today(): string {
  const now = serverNow();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
