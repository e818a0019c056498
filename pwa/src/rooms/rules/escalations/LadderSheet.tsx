import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { NOTHING_CHANGED } from "../../../api/words";
import { Banner, Button, Field, Select, Sheet } from "../../../ui";
import type { Ladder, Step } from "./shapes";
import { amountOf, minutesOf, ROLES, UNITS, type Unit } from "./words";

interface Draft {
  key: number;
  title: string;
  who: string;
  amount: string;
  unit: Unit;
  side: "before" | "after";
}

const MOST_STEPS = 9;
let keys = 0;

function draftOf(step: Step): Draft {
  const { amount, unit } = amountOf(Math.abs(step.after_minutes));
  const named = step.person && !step.person_has_left;
  keys += 1;
  return {
    key: keys,
    title: step.title,
    who: named && step.person ? step.person.id : `${step.of_council ? "council" : "own"}:${step.role}`,
    amount: String(amount),
    unit: amount === 0 ? "hours" : unit,
    side: step.after_minutes < 0 ? "before" : "after",
  };
}

function stepOf(draft: Draft) {
  const minutes = minutesOf(Number(draft.amount), draft.unit);
  const [side, role] = draft.who.includes(":") ? draft.who.split(":") : ["council", "manager"];
  return {
    title: draft.title.trim(),
    person_id: draft.who.includes(":") ? null : draft.who,
    role,
    of_council: side === "council",
    after_minutes: draft.side === "before" ? -minutes : minutes,
  };
}

/** Changes one organisation's ladder; the server checks that the steps are in the order of time. */
export function LadderSheet(props: { ladder: Ladder | null; onClose: () => void; onSaved: (ladder: Ladder) => void }) {
  const { ladder } = props;
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setDrafts(ladder?.steps.map(draftOf) ?? []);
    setFailed(null);
  }, [ladder]);
  const change = (key: number, more: Partial<Draft>) =>
    setDrafts((now) => now.map((each) => (each.key === key ? { ...each, ...more } : each)));
  const save = async (steps: Draft[]) => {
    if (!ladder || busy) return;
    const wrong = steps.find((each) => !each.title.trim() || !/^\d+$/.test(each.amount));
    if (wrong) {
      setFailed(wrong.title.trim() ? `${wrong.title}: say in whole numbers when they hear of it.` : "Name each step.");
      return;
    }
    setBusy(true);
    const json = { steps: steps.map(stepOf) };
    const answer = await ask<Ladder>(`/api/ladders/${ladder.organisation.id}`, { method: "PUT", json });
    setBusy(false);
    if (answer.kind === "ok") props.onSaved(answer.data);
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  const title = ladder ? `Who hears of late jobs of ${ladder.organisation.short_name}` : "Ladder";
  return (
    <Sheet open={ladder !== null} title={title} onClose={props.onClose} wide>
      {ladder && (
        <div class="stack">
          {failed && <Banner kind="late" live="alert" title={failed} />}
          <ol class="rung-forms">
            {drafts.map((draft, index) => (
              <li key={draft.key}>
                <Rung
                  draft={draft}
                  number={index + 1}
                  ladder={ladder}
                  onChange={(more) => change(draft.key, more)}
                  onRemove={() => setDrafts((now) => now.filter((each) => each.key !== draft.key))}
                />
              </li>
            ))}
          </ol>
          <div class="row">
            {drafts.length < MOST_STEPS && (
              <Button icon="plus" onClick={() => setDrafts((now) => [...now, oneMore(now)])}>
                One more step
              </Button>
            )}
            {ladder.is_own && (
              <Button icon="undo" onClick={() => void save([])}>
                The usual ladder again
              </Button>
            )}
          </div>
          <div class="row">
            <Button kind="primary" icon="check" busy={busy} onClick={() => void save(drafts)}>
              Let this ladder hold
            </Button>
            <Button onClick={props.onClose}>Leave it</Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}

function oneMore(drafts: readonly Draft[]): Draft {
  const last = drafts.at(-1);
  keys += 1;
  const later = last ? { amount: String(Number(last.amount) || 0), unit: last.unit, side: last.side } : null;
  return { key: keys, title: "", who: "council:manager", amount: "0", unit: "hours", side: "after", ...later };
}

function Rung(props: {
  draft: Draft;
  number: number;
  ladder: Ladder;
  onChange: (more: Partial<Draft>) => void;
  onRemove: () => void;
}) {
  const { draft, ladder, onChange } = props;
  const own = ladder.organisation.short_name;
  const roles = ["own", "council"].flatMap((side) =>
    Object.entries(ROLES)
      .filter(([role]) => side === "own" || role !== "crew")
      .map(([role, words]) => ({
        value: `${side}:${role}`,
        label: `All ${words.toLowerCase()} of ${side === "own" ? own : "the council"}`,
      })),
  );
  const people = ladder.people.map((person) => ({ value: person.id, label: person.name }));
  return (
    <fieldset class="rung-form">
      <legend>Step {props.number}</legend>
      <div class="rung-who">
        <Field
          label="What they are called"
          value={draft.title}
          maxLength={80}
          onInput={(title) => onChange({ title })}
          autocomplete="off"
        />
        <Select
          label="Who hears of it"
          value={draft.who}
          options={[...roles, ...people]}
          onChange={(who) => onChange({ who })}
        />
      </div>
      <div class="rung-when">
        <Field
          label="How long"
          value={draft.amount}
          inputMode="numeric"
          onInput={(amount) => onChange({ amount: amount.trim() })}
        />
        <Select
          label="Unit"
          value={draft.unit}
          options={UNITS.map((unit) => ({ value: unit, label: unit }))}
          onChange={(unit) => onChange({ unit: unit as Unit })}
        />
        <Select
          label="Before or after it is due"
          value={draft.side}
          options={[
            { value: "after", label: "after it is due" },
            { value: "before", label: "before it is due" },
          ]}
          onChange={(side) => onChange({ side: side as Draft["side"] })}
        />
      </div>
      <Button kind="quiet" icon="trash" onClick={props.onRemove}>
        Take out step {props.number}
      </Button>
    </fieldset>
  );
}
