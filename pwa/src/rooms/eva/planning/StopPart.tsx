import { useState } from "preact/hooks";
import { Button, counted, Field, LinkButton, Section, Select } from "../../../ui";
import { OUTPUT, OUTPUT_KINDS } from "./campaign-words";
import type { Campaign, OutputKind, Stop, StopTask } from "./shapes";
import { daysInWords } from "./words";

type Send = (path: string, json: unknown, words?: string, method?: "POST" | "DELETE") => Promise<boolean>;

/** One area of a campaign. */
export function StopPart({ stop, campaign, send }: { stop: Stop; campaign: Campaign; send: Send }) {
  return (
    <>
      <Section title={stop.area.name}>
        <p>
          {daysInWords(stop.starts_on, stop.ends_on)}
          {stop.lead && `. Led by ${stop.lead.name}`}.
        </p>
        <Coverage stop={stop} />
        {campaign.may_plan && (
          <LinkButton
            icon="plus"
            href={`/calendar/new?area=${stop.area.id}&campaign=${campaign.id}&day=${stop.starts_on}`}
          >
            Book a walk here
          </LinkButton>
        )}
      </Section>
      <Worklist stop={stop} mayPlan={campaign.may_plan} send={send} />
      <Outputs stop={stop} send={send} />
    </>
  );
}

function Coverage({ stop }: { stop: Stop }) {
  const { streets, checked, percent } = stop.coverage;
  if (percent === null) return <p class="quiet-text">No street of this area is known, so coverage can't be counted.</p>;
  return (
    <div>
      <p>
        <strong>{percent}%</strong> of its streets were looked at: {checked} of {streets}.
      </p>
      <div class="coverage-bar" aria-hidden="true">
        <div style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}

function Worklist({ stop, mayPlan, send }: { stop: Stop; mayPlan: boolean; send: Send }) {
  const [text, setText] = useState("");
  const done = stop.tasks.filter((task) => task.done).length;
  const add = async () => {
    if (!text.trim()) return;
    if (await send(`/api/stops/${stop.id}/tasks`, { text: text.trim() })) setText("");
  };
  return (
    <Section
      title="Worklist"
      aside={
        stop.tasks.length > 0 && (
          <span class="quiet-text">
            {done} of {stop.tasks.length} done
          </span>
        )
      }
    >
      {mayPlan && stop.open_defects > 0 && (
        <Button
          kind="primary"
          wide
          icon="plus"
          onClick={() =>
            void send(
              `/api/stops/${stop.id}/worklist`,
              {},
              `${counted(stop.open_defects, "defect is", "defects are")} on the worklist now.`,
            )
          }
        >
          Add {counted(stop.open_defects, "open defect", "open defects")} of this area
        </Button>
      )}
      {stop.tasks.length === 0 && <p class="quiet-text">Nothing is on it yet.</p>}
      <ul class="worklist">
        {stop.tasks.map((task) => (
          <li key={task.id}>
            <Task task={task} send={send} />
          </li>
        ))}
      </ul>
      {mayPlan && (
        <form
          class="planning-add"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Field label="Something else to do" value={text} maxLength={300} onInput={setText} />
          <Button type="submit" icon="plus">
            Add it
          </Button>
        </form>
      )}
    </Section>
  );
}

function Task({ task, send }: { task: StopTask; send: Send }) {
  const { defect } = task;
  return (
    <>
      <label class="worklist-tick">
        <input
          type="checkbox"
          checked={task.done}
          disabled={task.done_by_job}
          onChange={(event) => void send(`/api/stop-tasks/${task.id}`, { done: event.currentTarget.checked })}
        />
        <span>
          {task.text}
          {defect?.street && `, ${defect.street}`}
          {task.done_by_job && <span class="quiet-text"> (done by its job)</span>}
          {task.done_by && <span class="quiet-text"> ({task.done_by.name})</span>}
        </span>
      </label>
      {defect && (
        <a class="worklist-more" href={`/defects/${defect.id}`}>
          {defect.number}
        </a>
      )}
    </>
  );
}

function Outputs({ stop, send }: { stop: Stop; send: Send }) {
  const [kind, setKind] = useState<OutputKind>("bags");
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const number = Number(amount.replace(",", "."));
  const wrong = {
    amount: number > 0 ? null : "Say how much",
    note: kind === "other" && !note.trim() ? "Say what it was" : null,
  };
  const count = async () => {
    setTried(true);
    if (wrong.amount || wrong.note) return;
    if (await send(`/api/stops/${stop.id}/outputs`, { kind, amount: number, note: note.trim() }, "Counted.")) {
      setAmount("");
      setNote("");
      setTried(false);
    }
  };
  return (
    <Section title="What was done">
      {stop.outputs.length === 0 && <p class="quiet-text">Nothing is counted yet.</p>}
      <ul class="invited">
        {stop.outputs.map((one) => (
          <li key={one.id}>
            <span>
              <strong class="tabular">{one.amount.toLocaleString("en-GB")}</strong> {OUTPUT[one.kind]}
              {one.note && `: ${one.note}`} <span class="quiet-text">{one.by.name}</span>
            </span>
            <Button
              kind="quiet"
              icon="undo"
              iconOnly
              onClick={() => void send(`/api/stop-outputs/${one.id}`, null, "Taken back.", "DELETE")}
            >
              {`Take back ${one.amount} ${OUTPUT[one.kind]}`}
            </Button>
          </li>
        ))}
      </ul>
      <div class="planning-row">
        <Select
          label="What"
          value={kind}
          options={OUTPUT_KINDS.map((each) => ({ value: each, label: OUTPUT[each] }))}
          onChange={(value) => setKind(value as OutputKind)}
        />
        <Field
          label="How much"
          inputMode="decimal"
          value={amount}
          error={tried ? wrong.amount : null}
          onInput={setAmount}
        />
        <Field label="Note" value={note} maxLength={300} error={tried ? wrong.note : null} onInput={setNote} />
      </div>
      <Button icon="plus" onClick={() => void count()}>
        Count it
      </Button>
    </Section>
  );
}
