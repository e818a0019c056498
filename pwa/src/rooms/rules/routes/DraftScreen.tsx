import { NOTHING_CHANGED } from "../../../api/words";
import "./routes.css";
import { useState } from "preact/hooks";
import { type Answer, ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import {
  Banner,
  Button,
  Chip,
  counted,
  Empty,
  LinkButton,
  longDay,
  Section,
  Sheet,
  statusOf,
  TextArea,
  TopBar,
} from "../../../ui";
import { Differences } from "./Differences";
import { DryRunPanel } from "./DryRunPanel";
import { ACTION_STATUS, type Change, type Draft, type Drafts, type Finding } from "./shapes";

const EVERY_MS = 20_000;
// So many changes fit above the trial and the publishing; a larger draft is unfolded.
const SHOWN = 6;

type Act = (path: string, json: object, method?: "POST" | "DELETE") => Promise<boolean>;

/** The draft of the next edition: what it changes, what speaks against it, what it would have done. */
export default function DraftScreen() {
  const asked = useAsk<Drafts>("/api/route-drafts", EVERY_MS);
  const [said, setSaid] = useState<{ kind: "good" | "late"; words: string } | null>(null);
  const draft = asked.data?.draft ?? null;

  const act: Act = async (path, json, method = "POST") => {
    const answer: Answer<unknown> = await ask(`/api/route-drafts/${draft?.id}${path}`, {
      method,
      ...(method === "POST" ? { json } : {}),
    });
    const failed = failure(answer, NOTHING_CHANGED);
    setSaid(failed === null ? null : { kind: "late", words: failed });
    asked.again();
    return failed === null;
  };
  const over = (words: string) => setSaid({ kind: "good", words });

  return (
    <>
      <TopBar
        title="Draft of the next edition"
        back="/rules/routes"
        backLabel="Routes"
        status={draft && <span>{begunInWords(draft)}</span>}
      />
      <div class="page draft">
        {said && <Banner kind={said.kind} title={said.words} live={said.kind === "late" ? "alert" : "status"} />}
        <Stale asked={asked} what="The draft" />
        {asked.data && !draft && (
          <Empty icon="reports" title="There is no draft">
            <p>It begins with the first change that somebody proposes to a route.</p>
            <LinkButton href="/rules/routes">See the routes</LinkButton>
          </Empty>
        )}
        {draft && <TheDraft draft={draft} mayEdit={asked.data?.may_edit === true} act={act} onOver={over} />}
        <Editions drafts={asked.data} />
      </div>
    </>
  );
}

function begunInWords(draft: Draft): string {
  const by = draft.made_by ? ` by ${draft.made_by.name}` : "";
  const on = draft.based_on === null ? "" : `, on top of edition ${draft.based_on}`;
  return `Begun ${longDay(draft.made_at.slice(0, 10))}${by}${on}. Nothing of it holds yet.`;
}

interface Part {
  draft: Draft;
  mayEdit: boolean;
  act: Act;
  onOver: (words: string) => void;
}

function TheDraft({ draft, mayEdit, act, onOver }: Part) {
  const stops = draft.findings.filter((one) => one.stops);
  const [all, setAll] = useState(false);
  const shown = all ? draft.changes : draft.changes.slice(0, SHOWN);
  return (
    <>
      {draft.is_out_of_date && (
        <Banner kind="risk" title="The book was published anew after this draft was begun">
          <p>Look at each change once more: it now reads against the newest edition.</p>
          {mayEdit && (
            <Button icon="refresh" onClick={() => void act("/renew", { version: draft.version })}>
              I have looked: bring it up to date
            </Button>
          )}
        </Banner>
      )}
      <Findings draft={draft} />
      <Section
        title={draft.changes.length ? counted(draft.changes.length, "change") : "No changes yet"}
        aside={mayEdit && <ProposeAnother />}
      >
        {draft.changes.length === 0 && <p>Open a route and propose a change, or propose a new one.</p>}
        <ul class="changes">
          {shown.map((change) => (
            <li key={change.route_code}>
              <OneChange change={change} version={draft.version} mayEdit={mayEdit} act={act} />
            </li>
          ))}
        </ul>
        {shown.length < draft.changes.length && (
          <Button wide onClick={() => setAll(true)}>
            Show all {draft.changes.length} changes
          </Button>
        )}
      </Section>
      {draft.changes.length > 0 && <DryRunPanel draft={draft} mayEdit={mayEdit} />}
      {mayEdit && draft.changes.length > 0 && (
        <Publish draft={draft} blocked={stops.length > 0 || draft.is_out_of_date} act={act} onOver={onOver} />
      )}
      {mayEdit && <Discard draft={draft} act={act} onOver={onOver} />}
    </>
  );
}

function ProposeAnother() {
  return (
    <span class="book-actions">
      <LinkButton icon="plus" href="/rules/routes/new">
        A new route
      </LinkButton>
      <LinkButton icon="repeat" href="/rules/routes">
        Change another
      </LinkButton>
    </span>
  );
}

/** What the check found: what stops the publishing first. */
function Findings({ draft }: { draft: Draft }) {
  if (draft.findings.length === 0) return null;
  const stops = draft.findings.filter((one) => one.stops);
  const others = draft.findings.filter((one) => !one.stops);
  return (
    <>
      {stops.length > 0 && (
        <Banner kind="late" title={`${counted(stops.length, "thing")} to mend before it can be published`}>
          <FindingList findings={stops} />
        </Banner>
      )}
      {others.length > 0 && (
        <Banner kind="risk" title={`${counted(others.length, "thing")} to know`}>
          <FindingList findings={others} />
        </Banner>
      )}
    </>
  );
}

function FindingList({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul class="findings">
      {findings.map((one) => (
        <li key={`${one.code}${one.route_codes.join()}`}>{one.detail}</li>
      ))}
    </ul>
  );
}

function OneChange(props: { change: Change; version: number; mayEdit: boolean; act: Act }) {
  const { change, version, mayEdit, act } = props;
  const path = `/changes/${change.route_code}?version=${version}`;
  return (
    <article class="change">
      <div class="row-apart">
        <h3>{change.name}</h3>
        <Chip status={statusOf(ACTION_STATUS, change.action)} />
      </div>
      <p>{change.summary}</p>
      {change.action === "change" || change.differences.length < 4 ? (
        <Differences rows={change.differences} />
      ) : (
        <details>
          <summary>{change.action === "add" ? "All that it says" : "All that goes"}</summary>
          <Differences rows={change.differences} />
        </details>
      )}
      <p class="quiet-text small-text">
        {change.changed_by.name}, {longDay(change.changed_at.slice(0, 10))}
      </p>
      {mayEdit && (
        <div class="book-actions">
          {change.action !== "end" && (
            <LinkButton icon="repeat" href={`/rules/routes/${change.route_code}/change`}>
              Change it further
            </LinkButton>
          )}
          <Button kind="quiet" icon="close" onClick={() => void act(path, {}, "DELETE")}>
            {change.action === "add" ? "Don't add it" : "Leave the route as it is"}
          </Button>
        </div>
      )}
    </article>
  );
}

interface EndPart {
  draft: Draft;
  act: Act;
  onOver: (words: string) => void;
}

function Publish({ draft, blocked, act, onOver }: EndPart & { blocked: boolean }) {
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const publish = async () => {
    setError(note.trim() ? null : "Say in a sentence what changes and who agreed to it");
    if (!note.trim()) return;
    setBusy(true);
    const done = await act("/publish", { version: draft.version, note: note.trim() });
    setBusy(false);
    if (done) onOver("Published. The next report is routed by the new edition; open jobs stay as they are.");
  };
  const tried = draft.dry_run?.state === "done" && draft.dry_run.is_current;
  return (
    <Section title="Publish">
      <p>The next report is routed by it. Open jobs keep their owner and their due time.</p>
      {!tried && (
        <p class="quiet-text">
          It was not tried in this form. A trial shows what it would have done to 90 days of work.
        </p>
      )}
      <TextArea
        label="What changes, and who agreed to it"
        hint="Stands with the edition for good."
        value={note}
        onInput={setNote}
        rows={2}
        maxLength={2000}
        error={error}
      />
      {blocked && <p>Mend what is listed at the top first.</p>}
      <Button kind="primary" large icon="check" busy={busy} disabled={blocked} onClick={() => void publish()}>
        Publish the next edition
      </Button>
    </Section>
  );
}

function Discard({ draft, act, onOver }: EndPart) {
  const [open, setOpen] = useState(false);
  const discard = async () => {
    setOpen(false);
    if (await act("/discard", { version: draft.version })) onOver("The draft was thrown away. The book is as it was.");
  };
  return (
    <div class="draft-discard">
      <Button kind="danger" onClick={() => setOpen(true)}>
        Throw the draft away
      </Button>
      <Sheet open={open} title="Throw the whole draft away?" onClose={() => setOpen(false)}>
        <p>{counted(draft.changes.length, "change")} will not be made. The book stays as it is.</p>
        <Button kind="danger" large onClick={() => void discard()}>
          Throw it away
        </Button>
        <Button wide onClick={() => setOpen(false)}>
          Keep it
        </Button>
      </Sheet>
    </div>
  );
}

function Editions({ drafts }: { drafts: Drafts | null }) {
  if (!drafts || drafts.editions.length === 0) return null;
  return (
    <Section title="Editions before">
      <ul class="editions">
        {drafts.editions.map((edition) => (
          <li key={edition.number}>
            <strong>Edition {edition.number}</strong>, {longDay(edition.published_at.slice(0, 10))}
            {edition.published_by && ` by ${edition.published_by.name}`}. {edition.note}
          </li>
        ))}
      </ul>
    </Section>
  );
}
