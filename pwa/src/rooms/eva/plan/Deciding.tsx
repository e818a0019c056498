import { useState } from "preact/hooks";
import { ActionBar, Banner, Button, counted, exactTime, Sheet, TextArea } from "../../../ui";
import { save } from "./saving";
import type { Plan, PlanWritten } from "./shapes";

type Step = "submit" | "approve" | "return";

interface StepWords {
  title: string;
  button: string;
  hint: string;
  label: string;
  done: string;
}

const STEPS: Record<Step, StepWords> = {
  submit: {
    title: "Submit the plan for approval",
    button: "Submit it",
    hint: "The council's managers are told. Until they decide, only they can change it.",
    label: "A note for them (optional)",
    done: "The plan waits for approval",
  },
  approve: {
    title: "Approve the plan for the partnership",
    button: "Approve it",
    hint: "Each owner is told what is theirs, and is reminded a week before it is due.",
    label: "A note (optional)",
    done: "The plan is approved",
  },
  return: {
    title: "Return the plan",
    button: "Return it",
    hint: "Whoever submitted it is told, and can change it again.",
    label: "What has to change",
    done: "The plan was returned",
  },
};

/** The next step of the plan for whoever may take it: the largest thing on the screen. */
export function NextStep({ plan, onDone }: { plan: Plan; onDone: (words: string) => void }) {
  const [step, setStep] = useState<Step | null>(null);
  const waiting = plan.actions.filter((action) => action.lacks.length > 0 && action.state !== "dropped");
  const open = plan.actions.filter((action) => action.state !== "dropped").length;
  if (!plan.may.submit && !plan.may.decide) return null;
  return (
    <>
      <ActionBar>
        <div class="plan-next">
          {plan.may.submit && (
            <Button kind="primary" large icon="sent" onClick={() => setStep("submit")}>
              Submit for approval
            </Button>
          )}
          {plan.may.decide && (
            <>
              <Button icon="returned" onClick={() => setStep("return")}>
                Return it
              </Button>
              <Button kind="primary" large icon="check" onClick={() => setStep("approve")}>
                Approve {counted(open, "action")}
              </Button>
            </>
          )}
        </div>
      </ActionBar>
      {step && (
        <StepSheet
          key={step}
          step={step}
          plan={plan}
          waiting={step === "return" ? [] : waiting}
          onClose={() => setStep(null)}
          onDone={() => {
            onDone(STEPS[step].done);
            setStep(null);
          }}
        />
      )}
    </>
  );
}

function StepSheet(props: {
  step: Step;
  plan: Plan;
  waiting: Plan["actions"];
  onClose: () => void;
  onDone: () => void;
}) {
  const { step, plan } = props;
  const words = STEPS[step];
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    if (busy) return;
    const lacks = step === "return" && !note.trim();
    setMissing(lacks ? "Say what has to change" : null);
    if (lacks) return;
    setBusy(true);
    const json = step === "submit" ? { note: note.trim() } : { note: note.trim(), version: plan.version };
    const saved = await save<PlanWritten>(`/api/audits/${plan.audit.id}/plan/${step}`, json);
    setBusy(false);
    if (saved.data) return props.onDone();
    const named = Object.entries(saved.errors ?? {}).filter(([field]) => field.startsWith("actions."));
    setFailed(named.length ? named.map(([, message]) => message) : [saved.failed ?? ""]);
  };
  return (
    <Sheet open title={words.title} onClose={props.onClose}>
      <div class="stack">
        {failed.length > 0 && (
          <Banner kind="late" title={failed.length === 1 ? failed[0] : "It can't be done yet"} live="alert">
            {failed.length > 1 && (
              <ul class="plan-reasons">
                {failed.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            )}
          </Banner>
        )}
        {failed.length === 0 && props.waiting.length > 0 && (
          <Banner
            kind="risk"
            title={`${counted(props.waiting.length, "action needs", "actions need")} something first`}
          >
            <ul class="plan-reasons">
              {props.waiting.map((action) => (
                <li key={action.id}>
                  {action.number} {action.title}: {action.lacks.join("; ").toLowerCase()}
                </li>
              ))}
            </ul>
          </Banner>
        )}
        <p>{words.hint}</p>
        <TextArea label={words.label} value={note} onInput={setNote} rows={3} maxLength={2000} error={missing} />
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void go()}>
            {words.button}
          </Button>
          <Button onClick={props.onClose}>Not now</Button>
        </div>
      </div>
    </Sheet>
  );
}

/** Where the plan stands, in words: who did the last step, when, and what they said. */
export function Standing({ plan }: { plan: Plan }) {
  const { state, note } = plan;
  if (state === "submitted" && plan.submitted_at) {
    return (
      <Banner kind="risk" icon="clock" title="It waits for the council's managers to approve it">
        <p>
          {plan.submitted_by} submitted it, {exactTime(plan.submitted_at)}.
        </p>
        {note && <p>“{note}”</p>}
      </Banner>
    );
  }
  if (state === "returned" && plan.decided_at) {
    return (
      <Banner kind="risk" icon="returned" title={`${plan.decided_by} returned it`}>
        {note && <p>“{note}”</p>}
        <p>{exactTime(plan.decided_at)}</p>
      </Banner>
    );
  }
  if (state === "approved" && plan.approved_at) {
    return (
      <Banner kind="good" title={`${plan.decided_by} approved it for the partnership`}>
        {note && <p>“{note}”</p>}
        <p>{exactTime(plan.approved_at)}</p>
      </Banner>
    );
  }
  if (plan.approved_at && plan.actions.some((action) => action.state === "proposed")) {
    return (
      <Banner kind="info" title="It was added to since it was approved">
        <p>What was agreed stays agreed. What is new waits until the plan is submitted and approved again.</p>
      </Banner>
    );
  }
  return null;
}
