import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { reference, serverNow } from "../../../sync";
import { Banner, Button, Field, type Option, Select, Sheet, TextArea } from "../../../ui";
import { dayBefore } from "../figures";
import { type BulkAction, type BulkWish, givenTo, jobsInWords, oneOwner, wishFor } from "./bulk";
import type { BoardRow, BulkAnswer, Crews } from "./shapes";

const TITLES: Record<BulkAction, string> = { assign: "Give to a crew", defer: "Put off", reroute: "Send elsewhere" };

interface SheetProps {
  action: BulkAction | null;
  rows: readonly BoardRow[];
  crews: readonly Crews[];
  onClose: () => void;
  /** `where`: what was done with them, in words: "to North crew". */
  onDone: (answer: BulkAnswer, where: string) => void;
}

/** One change of the chosen jobs. What can't be changed is left and told; all can be taken back. */
export function BulkSheet(props: SheetProps) {
  const { action, rows } = props;
  return (
    <Sheet
      open={action !== null}
      title={action ? `${TITLES[action]}: ${jobsInWords(rows.length)}` : ""}
      onClose={props.onClose}
    >
      {action && <Form key={action} {...props} action={action} />}
    </Sheet>
  );
}

function whom(owner: Crews): Option[] {
  return [
    { value: "", label: "Choose a team or a person" },
    ...owner.teams.map((team) => ({ value: `team:${team.id}`, label: `${team.name} (team)` })),
    ...owner.people.map((one) => ({
      value: `person:${one.id}`,
      label: one.team ? `${one.name}, ${one.team}` : one.name,
    })),
    { value: "nobody", label: "Nobody yet" },
  ];
}

function Form({ action, rows, crews, onClose, onDone }: SheetProps & { action: BulkAction }) {
  const [choice, setChoice] = useState("");
  const [level, setLevel] = useState("");
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const owner = oneOwner(rows, crews);
  if (action === "assign" && !owner) {
    return (
      <Banner kind="info" title="These jobs are with several organisations">
        <p>Work is given to a crew of one organisation. Choose an owner in the filters, then choose the jobs.</p>
      </Banner>
    );
  }
  const options = action === "assign" && owner ? whom(owner) : owners(crews);
  const today = dayBefore(serverNow(), 0);
  const send = async () => {
    if (!choice) return setWrong(action === "defer" ? "Choose a day." : "Choose who gets them.");
    if (action === "reroute" && !note.trim()) return setWrong("Say why: it stands in the story of each.");
    setBusy(true);
    const answer = await ask<BulkAnswer>("/api/jobs/bulk", { method: "POST", json: wish() });
    setBusy(false);
    setWrong(failure(answer, "No connection. Nothing was changed; try again."));
    if (answer.kind === "ok") onDone(answer.data, where());
  };
  const wish = (): BulkWish => {
    const common = wishFor(action, rows, note);
    if (action === "assign") return { ...common, ...givenTo(choice) };
    if (action === "defer") return { ...common, until: choice };
    return { ...common, organisation_id: choice, ...(level && { service_level: level }) };
  };
  const where = () => {
    if (action === "defer") return `to ${choice}`;
    return choice === "nobody" ? "to nobody yet" : `to ${options.find((one) => one.value === choice)?.label ?? ""}`;
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {action === "defer" ? (
        <>
          <Field label="Until which day" type="date" value={choice} min={today} onInput={setChoice} />
          <p class="quiet-text">It is planned for that day. The due time stays as it is: the clock goes on.</p>
        </>
      ) : (
        <Select label="Who gets them" value={choice} options={options} onChange={setChoice} />
      )}
      {action === "reroute" && (
        <Select
          label="By when"
          hint="The clock keeps its start: sending it elsewhere wins no time."
          value={level}
          options={[
            { value: "", label: "The same target as now" },
            ...(reference.value?.service_levels ?? []).map((one) => ({ value: one.code, label: one.name })),
          ]}
          onChange={setLevel}
        />
      )}
      <TextArea
        label={action === "reroute" ? "Why" : "Why (may stay empty)"}
        value={note}
        onInput={setNote}
        rows={2}
        maxLength={2000}
      />
      {wrong && (
        <Banner kind="late" live="alert">
          <p>{wrong}</p>
        </Banner>
      )}
      <div class="row">
        <Button kind="primary" type="submit" busy={busy}>
          {`${TITLES[action]}: ${jobsInWords(rows.length)}`}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Leave them as they are
        </Button>
      </div>
    </form>
  );
}

function owners(crews: readonly Crews[]): Option[] {
  return [{ value: "", label: "Choose an organisation" }, ...crews.map((one) => ({ value: one.id, label: one.name }))];
}
