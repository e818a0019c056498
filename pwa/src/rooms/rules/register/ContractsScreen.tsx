import "./register.css";
import { useState } from "preact/hooks";
import { ask } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { reference, session } from "../../../sync";
import { Banner, Button, Empty, Field, longDay, RadioCards, Select, Sheet, Tag, TopBar } from "../../../ui";
import { makesRules, problemsOf } from "./making";
import { DATED_STATE } from "./states";

type Schemas = components["schemas"];
type Contract = Schemas["ContractTermsOut"];
type Contracts = Schemas["ContractsOut"];

/** Who works for the council from when to when, and what becomes of open jobs at the end. */
export default function ContractsScreen() {
  const asked = useAsk<Contracts>("/api/contracts", 60_000);
  const [editing, setEditing] = useState<Contract | "new" | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const mayWrite = makesRules(session.value.person);
  const rows = asked.data?.results ?? [];
  return (
    <>
      <TopBar
        title="Contracts"
        back="/rules"
        backLabel="Rules"
        status={<span>A contract's routes hold from its first to its last day</span>}
      />
      <div class="page register">
        {said && <Banner kind="good" title={said} live="status" />}
        {mayWrite && (
          <div class="row">
            <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>
              New contract
            </Button>
          </div>
        )}
        <Stale asked={asked} what="The contracts" />
        {asked.data && rows.length === 0 && (
          <Empty icon="team" title="No contracts yet">
            <p>Without one, a route holds by its own dates. Name the contract in a route and it ends with it.</p>
          </Empty>
        )}
        <ul class="stack-tight">
          {rows.map((row) => (
            <li key={row.id}>
              <ContractCard row={row} mayWrite={mayWrite} onChange={() => setEditing(row)} />
            </li>
          ))}
        </ul>
      </div>
      {editing && (
        <ContractSheet
          contract={editing === "new" ? null : editing}
          all={rows}
          onClose={() => setEditing(null)}
          onDone={(row) => {
            setEditing(null);
            setSaid(`“${row.name}” is kept`);
            asked.again();
          }}
        />
      )}
    </>
  );
}

function ContractCard({ row, mayWrite, onChange }: { row: Contract; mayWrite: boolean; onChange: () => void }) {
  const state = DATED_STATE[row.state];
  return (
    <article class="register-card" aria-label={row.name}>
      <div class="row-apart">
        <h2 class="register-title">{row.name}</h2>
        <Tag tone={state.tone} icon={state.icon}>
          {state.words}
        </Tag>
      </div>
      <p>
        {row.organisation.name}, {longDay(row.starts_on)} to {longDay(row.ends_on)}
      </p>
      <p class="quiet-text small-text">
        {row.routes === 1 ? "1 route ends" : `${row.routes} routes end`} with it.{" "}
        {row.open_jobs === "move" ? "Open jobs then go to whoever follows" : "Open jobs then stay"}
        {row.successor && `; “${row.successor.name}” follows`}.{row.changed_over_at && " Its open jobs were seen to."}
      </p>
      {mayWrite && !row.changed_over_at && (
        <div class="row">
          <Button icon="edit" onClick={onChange}>
            Change
          </Button>
        </div>
      )}
    </article>
  );
}

function ContractSheet(props: {
  contract: Contract | null;
  all: Contract[];
  onClose: () => void;
  onDone: (row: Contract) => void;
}) {
  const { contract } = props;
  const [terms, setTerms] = useState({
    organisation_id: contract?.organisation.id ?? "",
    name: contract?.name ?? "",
    starts_on: contract?.starts_on ?? "",
    ends_on: contract?.ends_on ?? "",
    successor: contract?.successor ? String(contract.successor.id) : "",
    open_jobs: contract?.open_jobs ?? ("stay" as Schemas["OpenJobsEnum"]),
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof terms>) => setTerms((before) => ({ ...before, ...change }));
  const save = async () => {
    const missing: Record<string, string> = {};
    if (!terms.organisation_id) missing.organisation_id = "Choose who works under it";
    if (!terms.name.trim()) missing.name = "Give it a name";
    if (!terms.starts_on) missing.starts_on = "Give its first day";
    if (!terms.ends_on) missing.ends_on = "Give its last day";
    setErrors(missing);
    setFailed(null);
    if (Object.keys(missing).length || busy) return;
    setBusy(true);
    const { successor, ...rest } = terms;
    const json = { ...rest, name: terms.name.trim(), successor_id: successor ? Number(successor) : null };
    const path = contract ? `/api/contracts/${contract.id}` : "/api/contracts";
    const answer = await ask<Contract>(path, { method: contract ? "PUT" : "POST", json });
    setBusy(false);
    if (answer.kind === "ok") props.onDone(answer.data);
    else {
      const found = problemsOf(answer);
      setErrors(found.errors);
      setFailed(found.words);
    }
  };
  const known = reference.value?.organisations ?? [];
  return (
    <Sheet open title={contract ? `Change “${contract.name}”` : "New contract"} onClose={props.onClose}>
      <div class="stack">
        {failed && <Banner kind="late" title={failed} live="alert" />}
        <Field
          label="Name"
          value={terms.name}
          maxLength={120}
          onInput={(name) => set({ name })}
          error={errors.name}
          autocomplete="off"
        />
        <Select
          label="Who works under it"
          value={terms.organisation_id}
          options={[{ value: "", label: "Choose" }, ...known.map((one) => ({ value: one.id, label: one.name }))]}
          onChange={(organisation_id) => set({ organisation_id })}
          error={errors.organisation_id}
        />
        <div class="register-dates">
          <Field
            label="First day"
            type="date"
            value={terms.starts_on}
            onInput={(starts_on) => set({ starts_on })}
            error={errors.starts_on}
          />
          <Field
            label="Last day"
            type="date"
            value={terms.ends_on}
            onInput={(ends_on) => set({ ends_on })}
            error={errors.ends_on}
          />
        </div>
        <RadioCards<Schemas["OpenJobsEnum"]>
          legend="When it ends, its open jobs"
          name="open_jobs"
          value={terms.open_jobs}
          options={[
            { value: "stay", label: "Stay with them", hint: "They finish what they began." },
            {
              value: "move",
              label: "Go to whoever follows",
              hint: "They are routed anew on the day after; the clock keeps its start.",
            },
          ]}
          onChange={(open_jobs) => set({ open_jobs })}
        />
        <Select
          label="Which contract follows"
          hint="Decisions on the register go over to it."
          value={terms.successor}
          options={[
            { value: "", label: "None, or not known yet" },
            ...props.all
              .filter((one) => one.id !== contract?.id)
              .map((one) => ({ value: String(one.id), label: one.name })),
          ]}
          onChange={(successor) => set({ successor })}
          error={errors.successor_id}
        />
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void save()}>
            Keep it
          </Button>
          <Button onClick={props.onClose}>Leave it</Button>
        </div>
      </div>
    </Sheet>
  );
}
