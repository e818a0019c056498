import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import { NOTHING_CHANGED } from "../../api/words";
import { serverNow } from "../../sync";
import { Banner, Button, Checkbox, COUNCIL_ZONE, Field, Select, Sheet } from "../../ui";
import { type TargetDraft, TargetField } from "./TargetField";
import { type Calendar, codeOf, dayInWords, hoursText, type Level, type LevelVersion, type Tried } from "./targets";

interface Draft {
  name: string;
  complete: TargetDraft;
  acknowledge: TargetDraft | null;
  makeSafe: TargetDraft | null;
  calendar: string;
  warnHours: string;
  validFrom: string;
}

const FOUR_HOURS: TargetDraft = { amount: "4", clock: "clock_hours" };

function tomorrow(): string {
  const day = new Date(serverNow().getTime() + 24 * 3_600_000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: COUNCIL_ZONE }).format(day);
}

function draftOf(version: LevelVersion | undefined, calendars: readonly Calendar[]): Draft {
  const target = (told: LevelVersion["acknowledge"]): TargetDraft | null =>
    told ? { amount: String(told.amount), clock: told.clock } : null;
  return {
    name: version?.name ?? "",
    complete: target(version?.complete ?? null) ?? { amount: "5", clock: "working_days" },
    acknowledge: target(version?.acknowledge ?? null),
    makeSafe: target(version?.make_safe ?? null),
    calendar: version?.calendar ?? calendars[0]?.code ?? "",
    warnHours: hoursText(version?.warn_before_minutes ?? 240),
    validFrom: tomorrow(),
  };
}

function told(draft: TargetDraft | null) {
  return draft && { clock: draft.clock, amount: Number(draft.amount) };
}

/** What is plainly missing, before the server is asked; by the server's names of the fields. */
function missingIn(draft: Draft): Record<string, string> {
  const wrong: Record<string, string> = {};
  const whole = (value: TargetDraft | null, field: string) => {
    if (value && !/^-?\d{1,6}$/.test(value.amount.trim())) wrong[field] = "Write a whole number";
  };
  if (!draft.name.trim()) wrong.name = "Give it a name";
  whole(draft.complete, "amount");
  whole(draft.acknowledge, "acknowledge.amount");
  whole(draft.makeSafe, "make_safe.amount");
  if (!draft.validFrom) wrong.valid_from = "Choose the first day";
  if (!(Number(draft.warnHours) >= 0)) wrong.warn_before_minutes = "Write a number of hours";
  return wrong;
}

/** A new version of a service level, or a new one: filled in, tried, kept. */
export function ServiceLevelSheet(props: {
  editing: Level | "new" | null;
  calendars: readonly Calendar[];
  onClose: () => void;
  onDone: (words: string) => void;
}) {
  const { editing } = props;
  const title = editing === "new" ? "A new service level" : `Change ${newestOf(editing)?.name ?? "it"}`;
  return (
    <Sheet open={editing !== null} wide title={title} onClose={props.onClose}>
      {editing && <LevelForm key={editing === "new" ? "new" : editing.code} {...props} editing={editing} />}
    </Sheet>
  );
}

function newestOf(editing: Level | "new" | null): LevelVersion | undefined {
  return editing === "new" || editing === null ? undefined : editing.versions[0];
}

function LevelForm(props: {
  editing: Level | "new";
  calendars: readonly Calendar[];
  onClose: () => void;
  onDone: (words: string) => void;
}) {
  const { editing, calendars } = props;
  const [draft, setDraft] = useState(() => draftOf(newestOf(editing), calendars));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (more: Partial<Draft>) => setDraft((was) => ({ ...was, ...more }));

  useEffect(() => {
    const [first] = calendars;
    if (first) setDraft((was) => (was.calendar ? was : { ...was, calendar: first.code }));
  }, [calendars]);

  const save = async () => {
    const missing = missingIn(draft);
    setErrors(missing);
    setFailed(null);
    if (Object.keys(missing).length) return;
    setBusy(true);
    const json = {
      code: editing === "new" ? codeOf(draft.name) : editing.code,
      name: draft.name.trim(),
      ...told(draft.complete),
      acknowledge: told(draft.acknowledge),
      make_safe: told(draft.makeSafe),
      calendar: draft.calendar,
      warn_before_minutes: Math.round(Number(draft.warnHours) * 60),
      valid_from: draft.validFrom,
      based_on: editing === "new" ? 0 : editing.newest_version,
    };
    const answer = await ask<LevelVersion>("/api/service-levels", { method: "POST", json });
    setBusy(false);
    if (answer.kind === "ok") {
      props.onDone(`${answer.data.name}: ${answer.data.complete.words} from ${dayInWords(answer.data.valid_from)}.`);
      return;
    }
    if (answer.kind === "problem") {
      setErrors(Object.fromEntries((answer.problem.errors ?? []).map((each) => [each.field, each.message])));
    }
    setFailed(failure(answer, NOTHING_CHANGED));
  };

  return (
    <div class="stack">
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <Field
        label="Name"
        hint="As crews and reporters read it, such as “24 hours”."
        value={draft.name}
        onInput={(name) => change({ name })}
        maxLength={80}
        error={errors.name ?? errors.code}
      />
      <TargetField
        label="Done within"
        value={draft.complete}
        onChange={(complete) => change({ complete })}
        error={errors.amount}
      />
      <Optional
        label="Somebody has to accept it sooner"
        field="Accepted within"
        value={draft.acknowledge}
        onChange={(acknowledge) => change({ acknowledge })}
        error={errors["acknowledge.amount"]}
      />
      <Optional
        label="A danger has to be made safe sooner"
        field="Made safe within"
        value={draft.makeSafe}
        onChange={(makeSafe) => change({ makeSafe })}
        error={errors["make_safe.amount"]}
      />
      <div class="target-field">
        <Select
          label="Calendar"
          value={draft.calendar}
          options={calendars.map((each) => ({ value: each.code, label: each.name }))}
          onChange={(calendar) => change({ calendar })}
          error={errors.calendar}
        />
        <Field
          label="At risk, hours before"
          type="number"
          inputMode="decimal"
          min="0"
          value={draft.warnHours}
          onInput={(warnHours) => change({ warnHours })}
          error={errors.warn_before_minutes}
        />
      </div>
      <Field
        label="Holds from"
        hint="Reports that are received from this day on. Jobs that are open keep what they were promised."
        type="date"
        value={draft.validFrom}
        onInput={(validFrom) => change({ validFrom })}
        error={errors.valid_from}
      />
      <Preview draft={draft} />
      <div class="row">
        <Button kind="primary" large busy={busy} icon="check" onClick={() => void save()}>
          {editing === "new" ? "Add it" : "Keep this as a new version"}
        </Button>
        <Button onClick={props.onClose}>Leave it</Button>
      </div>
    </div>
  );
}

function Optional(props: {
  label: string;
  field: string;
  value: TargetDraft | null;
  onChange: (value: TargetDraft | null) => void;
  error?: string | undefined;
}) {
  return (
    <>
      <Checkbox
        label={props.label}
        checked={props.value !== null}
        onChange={(on) => props.onChange(on ? FOUR_HOURS : null)}
      />
      {props.value && (
        <TargetField label={props.field} value={props.value} onChange={props.onChange} error={props.error} />
      )}
    </>
  );
}

/** What it would mean for a report that came in now. */
function Preview({ draft }: { draft: Draft }) {
  const [words, setWords] = useState<string | null>(null);
  const { clock, amount } = draft.complete;
  const { calendar } = draft;
  useEffect(() => {
    let here = true;
    setWords(null);
    if (!calendar || !/^\d+$/.test(amount)) return;
    const wait = setTimeout(async () => {
      const query = new URLSearchParams({ clock, amount, start: serverNow().toISOString() });
      const answer = await ask<Tried>(`/api/calendars/${calendar}/try?${query}`);
      if (here && answer.kind === "ok") setWords(answer.data.words);
    }, 400);
    return () => {
      here = false;
      clearTimeout(wait);
    };
  }, [clock, amount, calendar]);
  return (
    <p class="target-preview" role="status">
      {words ?? "Here stands when a report of this minute would be due."}
    </p>
  );
}
