import "./plan.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { serverNow } from "../../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Chip,
  Due,
  Fact,
  JOB_STATUS,
  Section,
  Story,
  statusOf,
  Tag,
  TextArea,
  TopBar,
  useNow,
} from "../../../ui";
import { DueOn, Upkeep } from "./ActionCard";
import { ActionSheet } from "./ActionSheet";
import { Progress } from "./Progress";
import { save } from "./saving";
import type { ActionPage } from "./shapes";
import { ACTION_STATE, lacksInWords, sourceInWords } from "./words";

/** One action: what was agreed, how it goes, and what people say about it. */
export default function ActionScreen({ id }: { id: string | null }) {
  const { query } = useRoute();
  const asked = useAsk<ActionPage>(id ? `/api/actions/${id}` : null, 60_000);
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const now = useNow(serverNow);
  const action = asked.data;
  const from = query.get("from") ?? "";
  const back = from.startsWith("/") && !from.startsWith("//") ? from : "/plans";
  const done = (words: string) => {
    setSaid(words);
    setEditing(false);
    asked.again();
  };
  if (!action) {
    return (
      <>
        <TopBar title="Action" back={back} />
        <div class="page">
          <Stale asked={asked} what="The action" />
        </div>
      </>
    );
  }
  return (
    <>
      <TopBar
        title={action.title}
        back={back}
        status={
          <span class="row">
            <span class="tabular">{action.number}</span>
            <Chip status={ACTION_STATE[action.state]} />
            {action.overdue && (
              <Tag tone="late" icon="late">
                Overdue
              </Tag>
            )}
          </span>
        }
      />
      <div class="desk-page plan-one">
        <div class="stack">
          {asked.state === "offline" && <Stale asked={asked} what="The newest state" />}
          {said && <Banner kind="good" title={said} live="status" />}
          {action.lacks.length > 0 && action.may.change && <Banner kind="risk" title={lacksInWords(action.lacks)} />}
          <Agreed action={action} onChange={() => setEditing(true)} />
          <TheJob action={action} now={now} />
          <Progress action={action} onDone={done} />
        </div>
        <div class="stack">
          {(action.may.comment || action.thread.length > 0) && (
            <Comments action={action} now={now} onDone={asked.again} />
          )}
          {action.story.length > 0 && (
            <Section title="What happened">
              <Card>
                <Story steps={action.story} />
              </Card>
            </Section>
          )}
        </div>
      </div>
      {editing && (
        <ActionSheet
          auditId={action.audit.id}
          action={action}
          onClose={() => setEditing(false)}
          onDone={(written) => done(`${written.number} is kept`)}
        />
      )}
    </>
  );
}

function Agreed({ action, onChange }: { action: ActionPage; onChange: () => void }) {
  return (
    <Card>
      {action.detail && <p class="plan-action-detail">{action.detail}</p>}
      <dl class="facts">
        <Fact label="Owner">
          {action.owner?.name ?? "Nobody yet"}
          {action.owner_person && `, ${action.owner_person.name}`}
        </Fact>
        <Fact label="Due">
          <DueOn action={action} today={action.today} />
        </Fact>
        <Fact label="Cost">{action.cost_words}</Fact>
        {action.funding && <Fact label="Who pays">{action.funding}</Fact>}
        {action.attribute_words && <Fact label="Attribute">{action.attribute_words}</Fact>}
        <Fact label="Audit">
          <a href={`/audits/${action.audit.id}/plan`}>
            {action.audit.number} {action.audit.title}
          </a>
        </Fact>
      </dl>
      {sourceInWords(action) && <p class="small-text quiet-text">From {sourceInWords(action)}</p>}
      <Upkeep action={action} />
      {action.may.change && (
        <div class="row">
          <Button icon="edit" onClick={onChange}>
            Change
          </Button>
        </div>
      )}
    </Card>
  );
}

/** What the job knows is shown from the job. */
function TheJob({ action, now }: { action: ActionPage; now: Date }) {
  const { job, defect } = action;
  if (!defect) return null;
  if (!job) {
    return (
      <Banner kind="info" title={`${defect.number} has no job yet`}>
        <p>It waits for somebody to decide whose it is. Its owner and its due time come from there.</p>
      </Banner>
    );
  }
  const finished = job.status === "done" || job.status === "verified";
  return (
    <Card tone={finished ? "good" : job.breach === "late" ? "late" : job.breach === "at_risk" ? "risk" : "busy"}>
      <h2>Done by a job</h2>
      <p>
        Job <span class="tabular">{job.number}</span> of {defect.number} is with {job.organisation.name}. When it is
        closed, this action shows as done by itself.
      </p>
      <div class="row">
        <Chip status={statusOf(JOB_STATUS, job.status)} />
        {!finished && <Due due={job.due_at} now={now} />}
      </div>
    </Card>
  );
}

function Comments({ action, now, onDone }: { action: ActionPage; now: Date; onDone: () => void }) {
  const [text, setText] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (busy) return;
    setMissing(text.trim() ? null : "Write something first");
    setFailed(null);
    if (!text.trim()) return;
    setBusy(true);
    const saved = await save(`/api/actions/${action.id}/comments`, { text: text.trim() });
    setBusy(false);
    if (saved.failed !== null) return setFailed(saved.failed);
    setText("");
    onDone();
  };
  return (
    <Section title="Comments">
      {action.thread.length === 0 && <p class="quiet-text">Nobody has written about it yet.</p>}
      <ul class="plan-thread">
        {action.thread.map((note) => (
          <li key={note.id}>
            <p class="small-text quiet-text">
              <strong>{note.by}</strong>, {agoInWords(note.at, now)}{" "}
              {note.state && <Chip status={ACTION_STATE[note.state]} />}
            </p>
            <p class="plan-action-detail">{note.text}</p>
          </li>
        ))}
      </ul>
      {action.may.comment && (
        <div class="stack-tight">
          {failed && <Banner kind="late" title={failed} live="alert" />}
          <TextArea label="Write a comment" value={text} onInput={setText} rows={2} maxLength={2000} error={missing} />
          <div class="row">
            <Button icon="sent" busy={busy} onClick={() => void send()}>
              Send it
            </Button>
          </div>
        </div>
      )}
    </Section>
  );
}
