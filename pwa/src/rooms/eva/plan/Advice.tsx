import { useState } from "preact/hooks";
import { Banner, Button, Empty, Section, Select, Sheet, TextArea } from "../../../ui";
import { save } from "./saving";
import type { Plan, Recommendation } from "./shapes";
import { ATTRIBUTES } from "./words";

/** An officer's recommendations, by attribute of Safer Places. */
export function Advice({ plan, onDone }: { plan: Plan; onDone: (words: string) => void }) {
  const [writing, setWriting] = useState(false);
  const rows = plan.recommendations;
  if (rows.length === 0 && !plan.may.recommend) return null;
  const groups = ATTRIBUTES.filter((each) => rows.some((row) => row.attribute === each.value));
  return (
    <Section
      title="Recommendations"
      aside={
        plan.may.recommend && (
          <Button icon="plus" onClick={() => setWriting(true)}>
            Recommend
          </Button>
        )
      }
    >
      {rows.length === 0 && (
        <Empty icon="edit" title="No recommendations yet">
          <p>What you recommend by the attributes of Safer Places stands here and in the report.</p>
        </Empty>
      )}
      {groups.map((group) => (
        <div key={group.value} class="stack-tight">
          <h3>{group.label}</h3>
          <ul class="plan-advice">
            {rows
              .filter((row) => row.attribute === group.value)
              .map((row) => (
                <li key={row.id}>
                  <p>{row.text}</p>
                  <p class="small-text quiet-text">{row.by}</p>
                </li>
              ))}
          </ul>
        </div>
      ))}
      {writing && (
        <RecommendSheet
          auditId={plan.audit.id}
          onClose={() => setWriting(false)}
          onDone={() => {
            setWriting(false);
            onDone("Your recommendation is kept");
          }}
        />
      )}
    </Section>
  );
}

function RecommendSheet(props: { auditId: string; onClose: () => void; onDone: () => void }) {
  const [attribute, setAttribute] = useState<string>(ATTRIBUTES[0]?.value ?? "");
  const [text, setText] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    if (busy) return;
    setMissing(text.trim() ? null : "Say what you recommend");
    if (!text.trim()) return;
    setBusy(true);
    const json = { attribute, text: text.trim() };
    const saved = await save<Recommendation>(`/api/audits/${props.auditId}/recommendations`, json);
    setBusy(false);
    if (saved.data) props.onDone();
    else setFailed(saved.failed);
  };
  return (
    <Sheet open title="Recommend" onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Select label="Attribute of Safer Places" value={attribute} options={ATTRIBUTES} onChange={setAttribute} />
        <TextArea
          label="What you recommend, and why"
          value={text}
          onInput={setText}
          rows={5}
          maxLength={2000}
          error={missing}
        />
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void keep()}>
            Keep it
          </Button>
          <Button onClick={props.onClose}>Leave it</Button>
        </div>
      </div>
    </Sheet>
  );
}
