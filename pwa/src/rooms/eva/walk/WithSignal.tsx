/** What is done about a walk where there is signal: seeing to a missed check-in, giving the audit up, coverage. */
import { useState } from "preact/hooks";
import { type Answer, ask } from "../../../api/client";
import type { AuditRow, Coverage } from "../../../api/types";
import { useAsk } from "../../../api/useAsk";
import { fetchAudit } from "../../../sync/audits";
import { Banner, Button, clockTime, Icon, Sheet, TextArea } from "../../../ui";
import type { Walk } from "./useWalk";

/** Somebody who walks has not been heard of: for whoever is not that person. */
export function Missed({ walk: { audit } }: { walk: Walk }) {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const check = audit.check_in;
  if (!check?.missed_at) return null;
  const who = audit.led_by.name;
  if (check.seen) {
    return (
      <p class="walk-check" role="status">
        <Icon name="clock" /> {who} had not checked in by {clockTime(check.missed_at)}. Somebody is seeing to it.
      </p>
    );
  }
  const see = async () => {
    setBusy(true);
    const answer = await ask<AuditRow>(`/api/audits/${audit.id}/check-in-seen`, { method: "POST", json: { note } });
    setFailed(unsaid(answer));
    await fetchAudit(audit.id);
    setBusy(false);
  };
  return (
    <Banner kind="late" live="alert" title={`${who} has not checked in: due at ${clockTime(check.missed_at)}`}>
      <p>Ring them now. Managers are told again every ten minutes until somebody sees to it.</p>
      <TextArea label="What you do" value={note} maxLength={2000} rows={2} onInput={setNote} />
      {failed && <p role="alert">{failed}</p>}
      <Button kind="primary" large wide icon="check" busy={busy} onClick={() => void see()}>
        I see to it
      </Button>
    </Banner>
  );
}

/** An audit that comes to nothing: kept, with the reason. */
export function GiveUp({ walk: { audit } }: { walk: Walk }) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  // One that only this phone knows has no number yet, and nobody can give it up.
  if (!audit.may.reconcile || !audit.number) return null;
  const give = async () => {
    if (!note.trim()) return setFailed("Say why, so that others know.");
    setBusy(true);
    const answer = await ask<AuditRow>(`/api/audits/${audit.id}/abandon`, { method: "POST", json: { note } });
    setFailed(unsaid(answer));
    await fetchAudit(audit.id);
    setBusy(false);
    if (answer.kind === "ok") setOpen(false);
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        Give this audit up
      </Button>
      <Sheet open={open} title="Give this audit up" onClose={() => setOpen(false)}>
        <p>Nothing of it is deleted. It stays readable with your reason, gets no result and can't be taken up again.</p>
        <TextArea label="Why?" value={note} maxLength={2000} rows={3} error={failed} onInput={setNote} />
        <Button kind="primary" large wide busy={busy} onClick={() => void give()}>
          Give it up
        </Button>
      </Sheet>
    </>
  );
}

/** Which of the area's streets were seen, as far as phones have sent it. */
export function CoverageLine({ walk: { audit } }: { walk: Walk }) {
  const asked = useAsk<Coverage>(audit.area && audit.number ? `/api/audits/${audit.id}/coverage` : null);
  const found = asked.data;
  if (!found || found.percent === null) return null;
  const unseen = found.streets.filter((street) => street.state === "not_seen").map((street) => street.name);
  return (
    <details class="walk-coverage">
      <summary>
        {found.seen} of {found.of} streets of {audit.area?.name} seen: {found.percent}%
      </summary>
      <p>{unseen.length === 0 ? "None was left out." : `Not seen: ${unseen.join(", ")}.`}</p>
    </details>
  );
}

function unsaid(answer: Answer<unknown>): string | null {
  if (answer.kind === "ok") return null;
  return answer.kind === "problem"
    ? answer.problem.detail || answer.problem.title
    : "The server was not heard. Try again where there is signal; if it is urgent, ring.";
}
