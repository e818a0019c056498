import { useState } from "preact/hooks";
import { Banner, Button, Section, Sheet, TextArea } from "../../../ui";
import { save } from "./saving";
import type { Action, ActionState, ActionWritten } from "./shapes";
import { ACTION_STATE, NEEDS_WORDS, STEP_WORDS } from "./words";

type Step = Exclude<ActionState, "agreed">;

const ORDER: readonly Step[] = ["started", "done", "not_done", "removed_on_purpose", "proposed", "dropped"];

/** How it goes, said by its owner's people or a desk: the usual next step is the large one. */
export function Progress({ action, onDone }: { action: Action; onDone: (words: string) => void }) {
  const [step, setStep] = useState<Step | null>(null);
  const steps = ORDER.filter((one) => action.may.progress.includes(one));
  if (steps.length === 0) return null;
  const first = steps[0] === "started" || steps[0] === "done" ? steps[0] : null;
  const others = steps.filter((one) => one !== first);
  return (
    <Section title="How does it go?">
      {first && (
        <Button kind="primary" large icon={first === "done" ? "check" : "progress"} onClick={() => setStep(first)}>
          {STEP_WORDS[first]}
        </Button>
      )}
      <div class="plan-steps">
        {others.map((one) => (
          <Button key={one} kind={one === "dropped" ? "danger" : "secondary"} onClick={() => setStep(one)}>
            {STEP_WORDS[one]}
          </Button>
        ))}
      </div>
      {step && (
        <StepSheet
          key={step}
          action={action}
          step={step}
          onClose={() => setStep(null)}
          onDone={() => {
            setStep(null);
            onDone(`${action.number}: ${ACTION_STATE[step].word.toLowerCase()}`);
          }}
        />
      )}
    </Section>
  );
}

function StepSheet(props: { action: Action; step: Step; onClose: () => void; onDone: () => void }) {
  const { action, step } = props;
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const needed = NEEDS_WORDS.has(step) && action.state !== "proposed";
  const go = async () => {
    if (busy) return;
    const lacks = needed && !note.trim();
    setMissing(lacks ? "Say why, so that others need not ask" : null);
    if (lacks) return;
    setBusy(true);
    const saved = await save<ActionWritten>(`/api/actions/${action.id}/progress`, { state: step, note: note.trim() });
    setBusy(false);
    if (saved.data) props.onDone();
    else setFailed(saved.failed);
  };
  return (
    <Sheet open title={`${action.number}: ${STEP_WORDS[step].toLowerCase()}`} onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <p>{action.title}</p>
        <TextArea
          label={needed ? "Why" : "A note (optional)"}
          value={note}
          onInput={setNote}
          rows={3}
          maxLength={2000}
          error={missing}
        />
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void go()}>
            {STEP_WORDS[step]}
          </Button>
          <Button onClick={props.onClose}>Not now</Button>
        </div>
      </div>
    </Sheet>
  );
}
