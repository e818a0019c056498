/** All audits: those that go on first, and the ways to the rest of the partnership's work on areas. */
import { useMemo, useState } from "preact/hooks";
import type { AuditBrief } from "../../../api/types";
import { useAsk } from "../../../api/useAsk";
import { SyncLine } from "../../../app/sync-line";
import { myItems, reference, serverNow, session } from "../../../sync";
import { auditOf } from "../../../sync/audit-of";
import { checklists, serverAudits } from "../../../sync/audits";
import {
  agoInWords,
  Card,
  Chip,
  Empty,
  Field,
  Icon,
  type IconName,
  LinkButton,
  Section,
  statusOf,
  TopBar,
} from "../../../ui";
import { type AuditView, overlayAudit } from "./overlay";
import { auditContext, useAudits, walkOf } from "./useWalk";
import { AUDIT_STATUS, progressWords } from "./words";
import "./walk.css";

const MAY_WALK: ReadonlySet<string> = new Set(["warden", "officer", "manager", "administrator", "dispatcher"]);

/** Every audit that this phone knows, newest first. */
function known(): AuditView[] {
  const ids = new Set(serverAudits.value.keys());
  for (const { operation } of myItems.value) {
    const id = operation.kind === "begin_audit" ? auditOf(operation) : null;
    if (id) ids.add(id);
  }
  const context = auditContext();
  return [...ids]
    .map((id) => overlayAudit(id, serverAudits.value.get(id) ?? null, myItems.value, context))
    .filter((one) => one !== null)
    .sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
}

export default function ListScreen() {
  const ready = useAudits();
  const rows = useMemo(known, [ready, serverAudits.value, myItems.value, checklists.value, reference.value]);
  const role = session.value.person?.role ?? "";
  const going = rows.filter((one) => one.state === "walking" || one.state === "paused");
  const walked = rows.filter((one) => one.state === "walked");
  const rest = rows.filter((one) => one.state === "signed" || one.state === "abandoned");
  return (
    <>
      <TopBar title="Audits" status={<SyncLine />} />
      <div class="page walk">
        {MAY_WALK.has(role) && (
          <LinkButton kind={going.length > 0 ? "secondary" : "primary"} large icon="plus" href="/audits/new">
            Begin an audit
          </LinkButton>
        )}
        {going.length > 0 && (
          <Section title="Being walked">
            {going.map((one) => (
              <Going key={one.id} audit={one} />
            ))}
          </Section>
        )}
        {walked.length > 0 && (
          <Section title="Walked, to be signed off">
            {walked.map((one) => (
              <Row key={one.id} audit={one} />
            ))}
          </Section>
        )}
        {ready && rows.length === 0 && (
          <Empty icon="check" title="No audit on this phone">
            Audits that you lead or walk stand here, also without signal.
          </Empty>
        )}
        <Ways />
        {rest.length > 0 && (
          <Section title="Signed off lately">
            {rest.map((one) => (
              <Row key={one.id} audit={one} />
            ))}
          </Section>
        )}
        <Everybodys here={new Set(rows.map((one) => one.id))} />
      </div>
    </>
  );
}

function Going({ audit }: { audit: AuditView }) {
  const asked = walkOf(audit).asked;
  const answered = asked.filter((each) => each.answered).length;
  return (
    <Card href={`/audits/${audit.id}`} tone="busy">
      <span class="row-apart">
        <strong>{audit.title || "Audit"}</strong>
        <Chip status={statusOf(AUDIT_STATUS, audit.state)} />
      </span>
      <span class="quiet-text small-text">{facts(audit)}</span>
      {asked.length > 0 && (
        <>
          <progress class="walk-bar" max={asked.length} value={answered} aria-hidden="true" />
          <span class="small-text">{progressWords(answered, asked.length)}</span>
        </>
      )}
    </Card>
  );
}

function facts(audit: AuditBrief): string {
  const when = agoInWords(audit.started_at, serverNow());
  return [audit.number, audit.area?.name, audit.led_by.name, when].filter(Boolean).join(" · ");
}

function Row({ audit }: { audit: AuditBrief }) {
  return (
    <Card href={`/audits/${audit.id}`}>
      <span class="row-apart">
        <strong>{audit.title || "Audit"}</strong>
        <Chip status={statusOf(AUDIT_STATUS, audit.state)} />
      </span>
      <span class="quiet-text small-text">{facts(audit)}</span>
    </Card>
  );
}

const WAYS: readonly { href: string; icon: IconName; words: string }[] = [
  { href: "/audits/due", icon: "clock", words: "Due again" },
  { href: "/plans", icon: "list", words: "Actions" },
  { href: "/calendar", icon: "reports", words: "Calendar" },
  { href: "/campaigns", icon: "team", words: "Campaigns" },
  { href: "/checklists", icon: "check", words: "Checklists" },
  { href: "/audits/compare", icon: "eye", words: "Compare" },
];

function Ways() {
  return (
    <nav class="walk-ways" aria-label="Around audits">
      {WAYS.map((way) => (
        <a key={way.href} class="button button-secondary" href={way.href}>
          <Icon name={way.icon} />
          <span>{way.words}</span>
        </a>
      ))}
    </nav>
  );
}

/** The rest of the partnership's audits, where there is signal. */
function Everybodys({ here }: { here: ReadonlySet<string> }) {
  const [words, setWords] = useState("");
  const asked = useAsk<{ results: AuditBrief[] }>(`/api/audits${words ? `?q=${encodeURIComponent(words)}` : ""}`);
  const rows = (asked.data?.results ?? []).filter((one) => !here.has(one.id));
  if (asked.state === "problem") return null;
  return (
    <Section title="All audits">
      <Field label="Find by area, title or number" type="search" value={words} onInput={setWords} />
      {asked.state === "offline" && rows.length === 0 && (
        <p class="quiet-text" role="status">
          These come where there is signal.
        </p>
      )}
      {asked.state === "ok" && rows.length === 0 && (
        <p class="quiet-text" role="status">
          {words ? "No other audit fits." : "No other audits yet."}
        </p>
      )}
      {rows.map((one) => (
        <Row key={one.id} audit={one} />
      ))}
    </Section>
  );
}
