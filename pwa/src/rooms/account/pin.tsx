import { useEffect, useState } from "preact/hooks";
import { type LockState, lock, lockState, subscribe } from "../../storage/locks";
import { changePin, pinProblem, removePin, setPin } from "../../storage/vault";
import { Banner, Button, Section, Sheet } from "../../ui";
import { PinField } from "./pin-field";
import { wrongWords } from "./pin-words";

type Task = "set" | "change" | "remove";

const TITLES: Record<Task, string> = { set: "Set a PIN", change: "Change the PIN", remove: "Remove the PIN" };

function useLock(personId: string): LockState | null {
  const [state, setState] = useState<LockState | null>(null);
  useEffect(() => {
    const look = () => void lockState(personId).then(setState, () => undefined);
    look();
    return subscribe(look);
  }, [personId]);
  return state;
}

interface Entered {
  old: string;
  next: string;
  again: string;
}

/** What is wrong with what was entered, by field; null: nothing. */
function wrongOf(task: Task, { old, next, again }: Entered): Partial<Record<keyof Entered, string>> | null {
  if (task !== "set" && !old) return { old: "Write the PIN you have now." };
  if (task === "remove") return null;
  const problem = pinProblem(next);
  if (problem) return { next: problem };
  return next === again ? null : { again: "The two are not the same." };
}

/** Does it; null when it is done, else what to say. */
async function carryOut(
  task: Task,
  personId: string,
  { old, next }: Entered,
  progress: (done: number, all: number) => void,
): Promise<string | null> {
  if (task === "set") {
    await setPin(personId, next, { progress });
    return null;
  }
  const answer =
    task === "change" ? await changePin(personId, old, next) : await removePin(personId, old, { progress });
  return answer.opened ? null : wrongWords(answer.wrong, answer.wait_s);
}

function PinForm({ task, personId, onDone }: { task: Task; personId: string; onDone: () => void }) {
  const [entered, setEntered] = useState<Entered>({ old: "", next: "", again: "" });
  const [wrong, setWrong] = useState<Partial<Record<keyof Entered, string>> | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [progress, setProgress] = useState<string | null>(null);
  const change = (part: Partial<Entered>) => setEntered({ ...entered, ...part });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (progress !== null) return;
    const lacks = wrongOf(task, entered);
    setWrong(lacks);
    setFailed(null);
    if (lacks) return;
    setProgress("One moment.");
    try {
      const said = await carryOut(task, personId, entered, (done, all) => setProgress(`${done} of ${all} done.`));
      if (said === null) onDone();
      setFailed(said);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : "The phone did not answer. Try again.");
    }
    setProgress(null);
  }

  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      {failed && <Banner kind="late" live="alert" title={failed} />}
      {task !== "set" && (
        <PinField
          label="The PIN you have now"
          value={entered.old}
          onInput={(old) => change({ old })}
          error={wrong?.old ?? null}
          choices
        />
      )}
      {task !== "remove" && (
        <>
          <PinField
            label="New PIN"
            hint="At least 6 digits, or a phrase of at least 8 characters."
            value={entered.next}
            onInput={(next) => change({ next })}
            error={wrong?.next ?? null}
            choices
          />
          <PinField
            label="The new PIN once more"
            value={entered.again}
            onInput={(again) => change({ again })}
            error={wrong?.again ?? null}
          />
          <p class="quiet-text">
            Write it down somewhere safe. Without it nobody can open what has not been sent, and it is lost.
          </p>
        </>
      )}
      {progress !== null && <p role="status">{progress}</p>}
      <Button kind="primary" large type="submit" busy={progress !== null}>
        {TITLES[task]}
      </Button>
    </form>
  );
}

/** The PIN that closes what is not sent yet. */
export function PinPart({ personId }: { personId: string }) {
  const state = useLock(personId);
  const [task, setTask] = useState<Task | null>(null);
  return (
    <Section title="PIN lock">
      {state === "none" && (
        <>
          <p>With a PIN, whoever finds this phone can't open what you have not sent yet. You enter it at each start.</p>
          <Button wide icon="lock" onClick={() => setTask("set")}>
            Set a PIN
          </Button>
        </>
      )}
      {state === "open" && (
        <>
          <p>What you have not sent is locked with your PIN: at each start, and after 5 minutes out of sight.</p>
          <Button wide icon="lock" onClick={lock}>
            Lock now
          </Button>
          <div class="me-pair">
            <Button onClick={() => setTask("change")}>Change the PIN</Button>
            <Button onClick={() => setTask("remove")}>Remove the PIN</Button>
          </div>
        </>
      )}
      <Sheet open={task !== null} title={task ? TITLES[task] : ""} onClose={() => setTask(null)}>
        {task && <PinForm key={task} task={task} personId={personId} onDone={() => setTask(null)} />}
      </Sheet>
    </Section>
  );
}
