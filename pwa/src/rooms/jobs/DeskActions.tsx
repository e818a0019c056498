import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { BulkAnswer, BulkAsked, Named } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { type JobView, reference, serverNow, session } from "../../sync";
import { Banner, Button, Field, type Option, Select, Sheet, TextArea } from "../../ui";

type Action = BulkAsked["action"];
interface Crews extends Named {
  teams: Named[];
  people: (Named & { team: string })[];
}

const UNFINISHED = new Set(["open", "accepted", "in_progress", "paused"]);
const TITLES: Record<Action, string> = { assign: "Give to a crew", defer: "Put off", reroute: "Send elsewhere" };
const DONE: Record<Action, string> = { assign: "given", defer: "put off", reroute: "sent elsewhere" };
const UNCHANGED = "No connection. Nothing was changed; try again when it is back.";

/** What a desk does with one job: as with many on the board, and it can be taken back as there. */
export function DeskActions({ job, onChanged }: { job: JobView; onChanged: () => void }) {
  const [action, setAction] = useState<Action | null>(null);
  const [last, setLast] = useState<BulkAnswer | null>(null);
  const role = session.value.person?.role ?? "";
  const asked = useAsk<{ organisations: Crews[] }>("/api/board/crews");
  const crews = asked.data?.organisations ?? [];
  if (!["dispatcher", "manager", "administrator"].includes(role)) return null;
  // Whoever gives work to several organisations may send it from one to another.
  const mayReroute = crews.length > 1;
  return (
    <div class="stack">
      {last && (
        <Outcome
          answer={last}
          onUndone={() => {
            setLast(null);
            onChanged();
          }}
        />
      )}
      {UNFINISHED.has(job.status) && (
        <div class="row">
          <Button icon="team" onClick={() => setAction("assign")}>
            Give to…
          </Button>
          <Button icon="clock" onClick={() => setAction("defer")}>
            Put off…
          </Button>
          {mayReroute && (
            <Button icon="sent" onClick={() => setAction("reroute")}>
              Send elsewhere…
            </Button>
          )}
        </div>
      )}
      <Sheet
        open={action !== null}
        title={action ? `${TITLES[action]}: ${job.number}` : ""}
        onClose={() => setAction(null)}
      >
        {action && (
          <Form
            key={action}
            action={action}
            job={job}
            crews={crews}
            onClose={() => setAction(null)}
            onDone={(answer) => {
              setAction(null);
              setLast(answer);
              onChanged();
            }}
          />
        )}
      </Sheet>
    </div>
  );
}

interface FormProps {
  action: Action;
  job: JobView;
  crews: readonly Crews[];
  onClose: () => void;
  onDone: (answer: BulkAnswer) => void;
}

function Form({ action, job, crews, onClose, onDone }: FormProps) {
  const [choice, setChoice] = useState("");
  const [level, setLevel] = useState("");
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (!choice) return setWrong(action === "defer" ? "Choose a day." : "Choose who gets it.");
    if (action === "reroute" && !note.trim()) return setWrong("Say why: it stands in the story of the job.");
    setBusy(true);
    const json = wishOf(action, job, choice, level, note);
    const answer = await ask<BulkAnswer>("/api/jobs/bulk", { method: "POST", json });
    setBusy(false);
    if (answer.kind !== "ok") return setWrong(failure(answer, UNCHANGED));
    const refused = answer.data.refused[0];
    if (refused) return setWrong(refused.detail);
    onDone(answer.data);
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
          <Field label="Until which day" type="date" value={choice} min={today()} onInput={setChoice} />
          <p class="quiet-text">It is planned for that day. The due time stays as it is: the clock goes on.</p>
        </>
      ) : (
        <Select
          label="Who gets it"
          value={choice}
          options={action === "assign" ? crewsOf(job, crews) : othersOf(job, crews)}
          onChange={setChoice}
        />
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
      {wrong && <Banner kind="late" live="alert" title={wrong} />}
      <div class="row">
        <Button kind="primary" type="submit" busy={busy}>
          {`${TITLES[action]}: ${job.number}`}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Leave it as it is
        </Button>
      </div>
    </form>
  );
}

function Outcome({ answer, onUndone }: { answer: BulkAnswer; onUndone: () => void }) {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [done] = answer.done;
  if (!done) return null;
  const undo = async () => {
    setBusy(true);
    const undone = await ask<BulkAnswer>(`/api/jobs/bulk/${answer.id}/undo`, { method: "POST", json: {} });
    setBusy(false);
    if (undone.kind !== "ok") return setWrong(failure(undone, "No connection. Nothing was taken back; try again."));
    const refused = undone.data.refused[0];
    if (refused) return setWrong(refused.detail);
    onUndone();
  };
  return (
    <Banner kind="good" live="status" title={`${done.number} was ${DONE[answer.action]}.`}>
      {done.new && (
        <p>
          It goes on as <a href={`/jobs/${done.new.id}`}>{done.new.number}</a>.
        </p>
      )}
      {wrong && <p>{wrong}</p>}
      <Button icon="undo" busy={busy} onClick={() => void undo()}>
        Take it back
      </Button>
    </Banner>
  );
}

function wishOf(action: Action, job: JobView, choice: string, level: string, note: string): BulkAsked {
  const wish: BulkAsked = { action, job_ids: [job.id], versions: { [job.id]: job.version }, note: note.trim() };
  if (action === "defer") return { ...wish, until: choice };
  if (action === "reroute") return { ...wish, organisation_id: choice, ...(level && { service_level: level }) };
  const [kind, id = ""] = choice.split(":");
  if (kind === "person") return { ...wish, person_id: id };
  return { ...wish, team_id: kind === "team" ? id : null, person_id: null };
}

function crewsOf(job: JobView, crews: readonly Crews[]): Option[] {
  const owner = crews.find((one) => one.id === job.organisation.id);
  return [
    { value: "", label: "Choose a team or a person" },
    ...(owner?.teams ?? []).map((team) => ({ value: `team:${team.id}`, label: `${team.name} (team)` })),
    ...(owner?.people ?? []).map((one) => ({
      value: `person:${one.id}`,
      label: one.team ? `${one.name}, ${one.team}` : one.name,
    })),
    { value: "nobody", label: "Nobody yet" },
  ];
}

function othersOf(job: JobView, crews: readonly Crews[]): Option[] {
  const others = crews.filter((one) => one.id !== job.organisation.id);
  return [{ value: "", label: "Choose an organisation" }, ...others.map((one) => ({ value: one.id, label: one.name }))];
}

/** Today as the browser's clock, put right by the server's, counts days: YYYY-MM-DD. */
function today(): string {
  const now = serverNow();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
