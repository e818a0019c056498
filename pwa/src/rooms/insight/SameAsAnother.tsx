import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { Defect, DefectNearby } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { NOTHING_CHANGED } from "../../api/words";
import { Stale } from "../../app/stale";
import { categories, serverNow } from "../../sync";
import { agoInWords, Banner, Button, Empty, Photo, Sheet, TextArea, useNow } from "../../ui";
import { titleOf } from "./JobRows";

const RADIUS_M = 150;
const OPEN = new Set(["open", "routed"]);
const DECIDES = new Set(["dispatcher", "manager", "administrator"]);

/** For the council's desk: say that a report is of the same thing as another one beside it. */
export function SameAsAnother({ defect, role, onDone }: { defect: Defect; role: string; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  if (!DECIDES.has(role) || !OPEN.has(defect.status)) return null;
  return (
    <>
      <Button icon="duplicate" onClick={() => setOpen(true)}>
        Same as another report
      </Button>
      <Sheet open={open} title={`${defect.number} is the same as`} wide onClose={() => setOpen(false)}>
        <Choose
          defect={defect}
          onDone={() => {
            setOpen(false);
            onDone();
          }}
        />
      </Sheet>
    </>
  );
}

function Choose({ defect, onDone }: { defect: Defect; onDone: () => void }) {
  const { longitude, latitude } = defect.place;
  const around = `/api/defects/nearby?longitude=${longitude}&latitude=${latitude}&radius_m=${RADIUS_M}`;
  const asked = useAsk<{ results: DefectNearby[] }>(around);
  const [into, setInto] = useState<DefectNearby | null>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const now = useNow(serverNow);
  const rows = (asked.data?.results ?? []).filter((row) => row.id !== defect.id);
  const join = async () => {
    if (!into || busy) return;
    setBusy(true);
    setFailed(null);
    const json = { into: into.id, note: note.trim() };
    const answer = await ask(`/api/defects/${defect.id}/merge`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") onDone();
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <div class="stack">
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <Stale asked={asked} what="What is near" />
      {asked.data && rows.length === 0 && (
        <Empty icon="nearby" title={`No other open report within ${RADIUS_M} m`}>
          <p>Only open reports can be joined.</p>
        </Empty>
      )}
      <ul class="stack-tight">
        {rows.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              class="same-row"
              aria-pressed={row.id === into?.id}
              onClick={() => setInto(row.id === into?.id ? null : row)}
            >
              <Photo
                src={row.photos[0]?.thumbnail}
                state={row.photos[0]?.state ?? null}
                alt=""
                icon={categories.value.get(row.category)?.icon}
              />
              <span class="triage-words">
                <strong>
                  {row.number}, {titleOf(row)}
                </strong>
                <span>
                  {row.street_text || row.ward?.name}, {Math.round(row.distance_m)} m away
                </span>
                <span class="small-text quiet-text">
                  {[agoInWords(row.received_at, now), row.raised_by.name, row.note].filter(Boolean).join(" · ")}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {into && (
        <>
          <p>
            {into.number} will stand for both. The job of {defect.number} is cancelled, the clock starts with the
            earlier of the two, and both reporters are told.
          </p>
          <TextArea
            label="Why"
            hint="You can leave it empty."
            value={note}
            onInput={setNote}
            rows={2}
            maxLength={2000}
          />
          <Button kind="primary" large icon="duplicate" busy={busy} onClick={() => void join()}>
            Join {defect.number} to {into.number}
          </Button>
        </>
      )}
    </div>
  );
}
