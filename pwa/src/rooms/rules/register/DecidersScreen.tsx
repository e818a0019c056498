import { NOTHING_CHANGED } from "../../../api/words";
import "./register.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { session } from "../../../sync";
import { Banner, Button, Card, Select, TopBar } from "../../../ui";
import { makesRules } from "./making";

type Deciders = components["schemas"]["DecidersOut"];
interface Row {
  area: string;
  person: string;
}

const EVERYWHERE = "";

/** Who decides where two organisations hand a job to and fro: one for everywhere, others by area. */
export default function DecidersScreen() {
  const asked = useAsk<Deciders>("/api/deciders");
  return (
    <>
      <TopBar
        title="Who decides in the end"
        back="/rules"
        backLabel="Rules"
        status={<span>When a job was handed back as “not ours” twice, one person decides</span>}
      />
      <div class="page register">
        <Stale asked={asked} what="The list" />
        {asked.data && <Named deciders={asked.data} again={asked.again} />}
      </div>
    </>
  );
}

function Named({ deciders, again }: { deciders: Deciders; again: () => void }) {
  const [rows, setRows] = useState<Row[]>(() =>
    deciders.results.map((one) => ({ area: one.area?.id ?? EVERYWHERE, person: one.person.id })),
  );
  const [said, setSaid] = useState<{ kind: "good" | "late"; words: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const mayWrite = makesRules(session.value.person);
  const areas = [{ value: EVERYWHERE, label: "Everywhere else" }, ...deciders.areas.map(option)];
  const people = [{ value: "", label: "Choose" }, ...deciders.people.map(option)];
  const change = (at: number, to: Partial<Row>) =>
    setRows((before) => before.map((row, n) => (n === at ? { ...row, ...to } : row)));
  const free = areas.find((area) => !rows.some((row) => row.area === area.value))?.value;
  const save = async () => {
    if (rows.some((row) => !row.person)) {
      setSaid({ kind: "late", words: "Choose a person in each line, or take the line away." });
      return;
    }
    setBusy(true);
    const json = { deciders: rows.map((row) => ({ area_id: row.area || null, person_id: row.person })) };
    const answer = await ask<Deciders>("/api/deciders", { method: "PUT", json });
    setBusy(false);
    const failed = failure(answer, NOTHING_CHANGED);
    setSaid(failed ? { kind: "late", words: failed } : { kind: "good", words: "Kept. It holds from the next one on." });
    if (!failed) again();
  };
  return (
    <>
      {said && <Banner kind={said.kind} title={said.words} live={said.kind === "good" ? "status" : "alert"} />}
      {!rows.some((row) => row.area === EVERYWHERE) && (
        <Banner kind="info" title="Where nobody is named, the council's manager who has been here longest decides" />
      )}
      <ul class="stack-tight">
        {rows.map((row, at) => (
          <li key={`${at}-${row.area}`}>
            <Card class="decider-card">
              {mayWrite ? (
                <>
                  <Select
                    label="Where"
                    value={row.area}
                    options={areas.filter(
                      (area) => area.value === row.area || !rows.some((other) => other.area === area.value),
                    )}
                    onChange={(area) => change(at, { area })}
                  />
                  <Select
                    label="Who decides"
                    value={row.person}
                    options={people}
                    onChange={(person) => change(at, { person })}
                  />
                  <Button
                    icon="trash"
                    kind="quiet"
                    onClick={() => setRows((before) => before.filter((_, n) => n !== at))}
                  >
                    Take away
                  </Button>
                </>
              ) : (
                <p>
                  <strong>{areas.find((area) => area.value === row.area)?.label}:</strong>{" "}
                  {people.find((person) => person.value === row.person)?.label}
                </p>
              )}
            </Card>
          </li>
        ))}
      </ul>
      {mayWrite && (
        <div class="row">
          <Button kind="primary" icon="check" busy={busy} onClick={() => void save()}>
            Keep these
          </Button>
          {free !== undefined && (
            <Button icon="plus" onClick={() => setRows((before) => [...before, { area: free, person: "" }])}>
              {rows.length ? "Another area" : "Name somebody"}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function option(one: { id: string; name: string }): { value: string; label: string } {
  return { value: one.id, label: one.name };
}
