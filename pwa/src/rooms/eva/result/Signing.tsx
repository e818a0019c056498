import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { session } from "../../../sync";
import { Banner, Button, Card, counted, exactTime, Fact, LinkButton, Sheet, TextArea } from "../../../ui";
import type { AuditResult, OpenQuestion } from "./shapes";
import { dayInWords, inTheWay } from "./words";

const UNHEARD = "No connection. Signing off needs one, because others may have added something. Try again later.";

/** Where the audit stands: what is in the way of signing it off, the signing itself, or who signed it. */
export function Signing({ result, again }: { result: AuditResult; again: () => void }) {
  if (result.signed) return <Signed result={result} again={again} />;
  const ways = inTheWay(result);
  if (ways.length > 0) return <InTheWay result={result} ways={ways} />;
  if (!result.may.sign) {
    return (
      <Banner kind="info" title="Not signed off yet">
        <p>{result.led_by.name}, who leads it, signs it off, or an officer or a manager of the council.</p>
      </Banner>
    );
  }
  return <Sign result={result} again={again} />;
}

function InTheWay({ result, ways }: { result: AuditResult; ways: string[] }) {
  const { id } = result.audit;
  return (
    <Banner kind="risk" title="Before it is signed off">
      <ul class="result-ways">
        {ways.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
      {result.differs.length > 0 && (
        <LinkButton kind="primary" icon="team" href={`/audits/${id}/reconcile`}>
          Choose which answers count
        </LinkButton>
      )}
      {result.missing.length > 0 && (
        <details class="result-missing">
          <summary>Show what is missing</summary>
          <ul>
            {result.missing.map((one) => (
              <li key={`${one.question}/${one.instance}`}>
                <Missing id={id} one={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Banner>
  );
}

function Missing({ id, one }: { id: string; one: OpenQuestion }) {
  return one.section ? <a href={`/audits/${id}/section/${one.section}`}>{one.label}</a> : <span>{one.label}</span>;
}

function Sign({ result, again }: { result: AuditResult; again: () => void }) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async () => {
    setBusy(true);
    setFailed(null);
    const json = { content_hash: result.content_hash, note };
    const answer = await ask<AuditResult>(`/api/audits/${result.audit.id}/sign`, { method: "POST", json });
    setBusy(false);
    setFailed(failure(answer, UNHEARD));
    if (answer.kind === "ok") setOpen(false);
    // Whatever came of it, what is shown may be old now.
    again();
  };
  return (
    <>
      <Button kind="primary" large icon="check" onClick={() => setOpen(true)}>
        Sign off
      </Button>
      <Sheet open={open} title="Sign off this audit" onClose={() => setOpen(false)}>
        <div class="result-sheet">
          <p>
            You put your name to what you have seen: every answer that counts,{" "}
            {counted(result.defects.raised, "defect")} and who took part. What comes later is kept and shown as late.
          </p>
          <dl class="facts">
            <Fact label="Name">{session.value.person?.name ?? ""}</Fact>
            <Fact label="Next visit due">{dayInWords(result.revisit_due_on, "Not set: nothing was graded")}</Fact>
            <Fact label="Fingerprint">
              <code class="result-hash">{result.content_hash.slice(0, 16)}…</code>
            </Fact>
          </dl>
          <TextArea label="Anything to say with it (optional)" value={note} onInput={setNote} maxLength={2000} />
          {failed && <Banner kind="late" title={failed} live="alert" />}
          <Button kind="primary" wide icon="check" busy={busy} onClick={() => void send()}>
            Put my name to it
          </Button>
        </div>
      </Sheet>
    </>
  );
}

function Signed({ result, again }: { result: AuditResult; again: () => void }) {
  const { signed } = result;
  if (!signed) return null;
  return (
    <Card tone="good">
      <h2>Signed off</h2>
      <dl class="facts">
        <Fact label="By">{signed.by.name}</Fact>
        <Fact label="At">{exactTime(signed.at)}</Fact>
        {signed.note && <Fact label="Said with it">{signed.note}</Fact>}
        <Fact label="Next visit due">{dayInWords(result.revisit_due_on, "Not set")}</Fact>
        <Fact label="Fingerprint (SHA-256)">
          <code class="result-hash">{signed.hash}</code>
        </Fact>
      </dl>
      {result.late_answers > 0 && (
        <Banner kind="risk" title={`${counted(result.late_answers, "answer")} came after it`}>
          <p>They are kept, and count in nothing here unless the audit is opened again.</p>
        </Banner>
      )}
      {result.may.reopen && <Reopen id={result.audit.id} again={again} />}
    </Card>
  );
}

function Reopen({ id, again }: { id: string; again: () => void }) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async () => {
    setBusy(true);
    const answer = await ask<AuditResult>(`/api/audits/${id}/reopen`, { method: "POST", json: { note } });
    setBusy(false);
    setFailed(failure(answer, "No connection. Nothing was changed; try again when it is back."));
    if (answer.kind === "ok") setOpen(false);
    again();
  };
  return (
    <>
      <Button kind="quiet" icon="undo" onClick={() => setOpen(true)}>
        Open it again
      </Button>
      <Sheet open={open} title="Open this audit again" onClose={() => setOpen(false)}>
        <div class="result-sheet">
          <p>The sign-off no longer holds; it stays to be read. Answers that came late count from now on.</p>
          <TextArea label="Why" value={note} onInput={setNote} maxLength={2000} />
          {failed && <Banner kind="late" title={failed} live="alert" />}
          <Button kind="danger" wide icon="undo" busy={busy} disabled={!note.trim()} onClick={() => void send()}>
            Open it again
          </Button>
        </div>
      </Sheet>
    </>
  );
}
