import "./link.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import { useAsk } from "../../api/useAsk";
import { type JobView, serverNow } from "../../sync";
import { agoInWords, Banner, Button, exactTime, Field, Sheet, Skeleton, Tag, useNow } from "../../ui";

interface Link {
  id: string;
  contact: string;
  reach: string;
  state: "live" | "revoked" | "expired";
  made_at: string;
  made_by: { id: string; name: string };
  expires_at: string;
  opened_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  revoked_by: { id: string; name: string } | null;
}
type NewLink = Link & { url: string };

/** Gives one job to somebody without an account: a link for some days, taken back at any time. */
export function LinkSheet(props: { job: JobView; open: boolean; canMake: boolean; onClose: () => void }) {
  const { job, open } = props;
  const asked = useAsk<{ results: Link[] }>(open ? `/api/jobs/${job.id}/links` : null);
  const [made, setMade] = useState<NewLink | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const close = () => {
    setMade(null);
    setFailed(null);
    props.onClose();
  };
  const revoke = async (link: Link) => {
    const answer = await ask(`/api/links/${link.id}/revoke`, { method: "POST", json: {} });
    setFailed(failure(answer, "No connection. The link still works; try again when it is back."));
    if (made?.id === link.id) setMade(null);
    asked.again();
  };
  const links = asked.data?.results ?? [];
  return (
    <Sheet open={open} title={`A link to ${job.number}`} onClose={close}>
      <div class="stack">
        {failed && <Banner kind="late" live="alert" title={failed} />}
        {made ? (
          <NewLinkWords link={made} job={job} onDone={close} />
        ) : (
          props.canMake && (
            <MakeLink
              job={job}
              onMade={(link) => {
                setMade(link);
                setFailed(null);
                asked.again();
              }}
              onFailed={setFailed}
            />
          )
        )}
        {asked.state === "loading" && !asked.data && <Skeleton rows={1} />}
        {asked.state === "offline" && !asked.data && <p>The links of this job come when the connection is back.</p>}
        {links.length > 0 && (
          <section class="stack-tight">
            <h3>Links to this job</h3>
            <ul class="link-list">
              {links.map((link) => (
                <LinkRow key={link.id} link={link} onRevoke={() => void revoke(link)} />
              ))}
            </ul>
          </section>
        )}
        {!props.canMake && links.length === 0 && asked.data && (
          <p>No link was made for this job, and it is finished: there is nothing to send.</p>
        )}
      </div>
    </Sheet>
  );
}

function MakeLink(props: { job: JobView; onMade: (link: NewLink) => void; onFailed: (words: string) => void }) {
  const [contact, setContact] = useState("");
  const [reach, setReach] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    if (busy) return;
    if (!contact.trim()) return setMissing(true);
    setBusy(true);
    const json = { contact: contact.trim(), reach: reach.trim() };
    const answer = await ask<NewLink>(`/api/jobs/${props.job.id}/links`, { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") props.onMade(answer.data);
    else props.onFailed(failure(answer, "No connection. No link was made; try again when it is back.") ?? "");
  };
  return (
    <>
      <p>
        For a firm without an account. The link opens this one job on any phone: they take it on, hand it back, or close
        it with a photo.
      </p>
      <Field
        label="Who is it for"
        hint="The firm or the person: their name stands in the job's story."
        error={missing && !contact.trim() ? "Say who it is for" : null}
        value={contact}
        onInput={setContact}
        maxLength={80}
        autocomplete="off"
      />
      <Field
        label="Phone number or e-mail"
        hint="So that you find them again. Nothing is sent by itself."
        value={reach}
        onInput={setReach}
        maxLength={120}
        autocomplete="off"
      />
      <Button kind="primary" icon="external" busy={busy} onClick={() => void make()}>
        Make the link
      </Button>
    </>
  );
}

function NewLinkWords({ link, job, onDone }: { link: NewLink; job: JobView; onDone: () => void }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const words = `${job.number}, ${job.street_text || job.ward?.name || "see the map"}: ${link.url}`;
  const byMail = link.reach.includes("@");
  const href = byMail
    ? `mailto:${encodeURIComponent(link.reach)}?subject=${encodeURIComponent(`Job ${job.number}`)}&body=${encodeURIComponent(words)}`
    : `sms:${link.reach.replace(/[^\d+]/g, "")}?&body=${encodeURIComponent(words)}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <>
      <Banner kind="good" live="status" title={`The link for ${link.contact} is ready`}>
        <p>It is shown this once. It works until {exactTime(link.expires_at)}.</p>
      </Banner>
      <label class="link-url">
        <span class="field-label">The link</span>
        <input class="input" readOnly value={link.url} onFocus={(event) => event.currentTarget.select()} />
      </label>
      {copied !== null && (
        <p role="status">{copied ? "Copied." : "This browser does not let us copy: mark the link and copy it."}</p>
      )}
      <div class="row">
        <Button kind="primary" icon="reports" onClick={() => void copy()}>
          Copy it
        </Button>
        {link.reach && (
          <a class="button" href={href}>
            {byMail ? "Write an e-mail" : "Write a text message"}
          </a>
        )}
        <Button onClick={onDone}>Done</Button>
      </div>
    </>
  );
}

function LinkRow({ link, onRevoke }: { link: Link; onRevoke: () => void }) {
  const now = useNow(serverNow);
  return (
    <li class="link-row">
      <div>
        <p>
          <strong>{link.contact}</strong>
          {link.reach && `, ${link.reach}`}
        </p>
        <p class="quiet-text small-text">
          Made {agoInWords(link.made_at, now)} by {link.made_by.name}.{" "}
          {link.opened_at ? `First opened ${agoInWords(link.opened_at, now)}.` : "Not opened yet."}
        </p>
      </div>
      {link.state === "live" ? (
        <Button kind="danger" icon="lock" onClick={onRevoke}>
          Take it back
        </Button>
      ) : (
        <Tag icon="lock">{link.state === "revoked" ? "Taken back" : "Run out"}</Tag>
      )}
    </li>
  );
}
