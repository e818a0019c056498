/** One change that a desk makes to one job or to many: who does them, on which day, or who has them instead. */
import { useState } from "preact/hooks";
import { ask, failure } from "../api/client";
import type { BulkAnswer, BulkAsked, Named } from "../api/types";
import { NOTHING_CHANGED } from "../api/words";
import { reference } from "../sync";
import { Banner, Button, Field, type Option, Select, TextArea } from "../ui";

export type JobChange = BulkAsked["action"];
export interface Crews extends Named {
  short_name: string;
  teams: Named[];
  people: (Named & { team: string })[];
}

export const CHANGE_TITLES: Record<JobChange, string> = {
  assign: "Give to a crew",
  defer: "Put off",
  reroute: "Send elsewhere",
};
export const CHANGED: Record<JobChange, string> = { assign: "given", defer: "put off", reroute: "sent elsewhere" };

/** Whom the work of one organisation can be given to. */
export function crewsOf(owner: Crews | undefined): Option[] {
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

/** The organisations that work can be sent to. */
export function ownersOf(crews: readonly Crews[]): Option[] {
  return [{ value: "", label: "Choose an organisation" }, ...crews.map((one) => ({ value: one.id, label: one.name }))];
}

/** What is common to every change: which jobs, and the versions that the desk saw. */
export function wishFor(
  action: JobChange,
  jobs: readonly { id: string; version: number }[],
  note: string,
): BulkAsked & { note: string } {
  return {
    action,
    job_ids: jobs.map((job) => job.id),
    versions: Object.fromEntries(jobs.map((job) => [job.id, job.version])),
    note: note.trim(),
  };
}

/** "team:…", "person:…" or "nobody" from the list of whom work can be given to. */
export function givenTo(choice: string): Pick<BulkAsked, "team_id" | "person_id"> {
  const [kind, id = ""] = choice.split(":");
  if (kind === "team") return { team_id: id, person_id: null };
  if (kind === "person") return { person_id: id };
  return { team_id: null, person_id: null };
}

interface FormProps {
  action: JobChange;
  jobs: readonly { id: string; version: number }[];
  /** The jobs in words: "3 jobs", "J-0007". */
  what: string;
  /** It is about the one job whose page is open. */
  one?: true;
  /** Whom to choose from; not read where the jobs are put off. */
  options: Option[];
  /** The first day that they can be put off to, YYYY-MM-DD. */
  today: string;
  onClose: () => void;
  /** Sent and answered; returns what is still wrong, in words. */
  onSent: (answer: BulkAnswer, choice: string) => string | null;
}

export function JobChangeForm({ action, jobs, what, one, options, today, onClose, onSent }: FormProps) {
  const [choice, setChoice] = useState("");
  const [level, setLevel] = useState("");
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wish = (): BulkAsked => {
    const common = wishFor(action, jobs, note);
    if (action === "assign") return { ...common, ...givenTo(choice) };
    if (action === "defer") return { ...common, until: choice };
    return { ...common, organisation_id: choice, ...(level && { service_level: level }) };
  };
  const send = async () => {
    if (!choice) return setWrong(action === "defer" ? "Choose a day." : `Choose who gets ${one ? "it" : "them"}.`);
    if (action === "reroute" && !note.trim())
      return setWrong(`Say why: it stands in the story of ${one ? "the job" : "each"}.`);
    setBusy(true);
    const answer = await ask<BulkAnswer>("/api/jobs/bulk", { method: "POST", json: wish() });
    setBusy(false);
    setWrong(answer.kind === "ok" ? onSent(answer.data, choice) : failure(answer, NOTHING_CHANGED));
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
        <Select label={`Who gets ${one ? "it" : "them"}`} value={choice} options={options} onChange={setChoice} />
      )}
      {action === "reroute" && (
        <Select
          label="By when"
          hint="The clock keeps its start: sending it elsewhere wins no time."
          value={level}
          options={[
            { value: "", label: "The same target as now" },
            ...(reference.value?.service_levels ?? []).map((each) => ({ value: each.code, label: each.name })),
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
          {`${CHANGE_TITLES[action]}: ${what}`}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {one ? "Leave it as it is" : "Leave them as they are"}
        </Button>
      </div>
    </form>
  );
}
