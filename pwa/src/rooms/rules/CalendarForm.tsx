import { useRef, useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import { NOTHING_CHANGED } from "../../api/words";
import { Banner, Button, Card, Field, Section, Select } from "../../ui";
import {
  type Calendar,
  type Closure,
  codeOf,
  type Hours,
  hoursOf,
  MONTHS,
  ordinaryWeek,
  WEEKDAYS,
  type Week,
  weeksOf,
  weekTitle,
} from "./targets";

interface Row<T> {
  key: number;
  value: T;
}

/** A calendar's hours, seasons and closures; keeping them makes a new edition. */
export function CalendarForm(props: {
  calendar: Calendar | null;
  onDone: (calendar: Calendar) => void;
  onClose: () => void;
}) {
  const { calendar } = props;
  const next = useRef(0);
  const rows = <T,>(values: readonly T[]): Row<T>[] => values.map((value) => ({ key: next.current++, value }));
  const [name, setName] = useState(calendar?.name ?? "");
  const [region, setRegion] = useState(calendar?.region ?? "ENG");
  const [weeks, setWeeks] = useState(() => rows(weeksOf((calendar?.hours ?? []) as Hours[])));
  const [closures, setClosures] = useState(() => rows<Closure>(calendar?.closures ?? []));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const save = async () => {
    const { hours, wrong } = hoursOf(weeks.map((row) => row.value));
    const kept = closures.map((row) => row.value).filter((day) => day.date || day.name.trim());
    if (!name.trim()) wrong.name = "Give it a name";
    if (kept.some((day) => !day.date || !day.name.trim())) wrong.closures = "Each closure has a day and a reason";
    if (hours.length === 0 && Object.keys(wrong).length === 0) wrong["0.0"] = "It would never be open";
    setErrors(wrong);
    setFailed(Object.keys(wrong).length ? "Something is not filled in yet. It is marked below." : null);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    const body = { name: name.trim(), region, hours, closures: kept };
    const answer = calendar
      ? await ask<Calendar>(`/api/calendars/${calendar.code}`, {
          method: "PUT",
          json: { ...body, based_on: calendar.version },
        })
      : await ask<Calendar>("/api/calendars", { method: "POST", json: { ...body, code: codeOf(name) } });
    setBusy(false);
    if (answer.kind === "ok") return props.onDone(answer.data);
    setFailed(failure(answer, NOTHING_CHANGED));
  };

  const setWeek = (key: number, more: Partial<Week>) =>
    setWeeks((was) => was.map((row) => (row.key === key ? { key, value: { ...row.value, ...more } } : row)));
  const setClosure = (key: number, more: Partial<Closure>) =>
    setClosures((was) => was.map((row) => (row.key === key ? { key, value: { ...row.value, ...more } } : row)));
  const addWeek = (more: Partial<Week>) => setWeeks((was) => [...was, ...rows([{ ...ordinaryWeek(), ...more }])]);

  return (
    <div class="stack">
      <h2>{calendar ? `Change ${calendar.name}` : "A new calendar"}</h2>
      <p class="quiet-text">
        Reports that are received from now on go by what you keep here. Jobs that are open keep what they were promised.
      </p>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <Field label="Name" value={name} onInput={setName} maxLength={80} error={errors.name} />
      <Select
        label="Bank holidays"
        value={region}
        options={[
          { value: "ENG", label: "England’s bank holidays are shut" },
          { value: "", label: "Bank holidays are worked" },
        ]}
        onChange={setRegion}
      />
      <Section title="Opening hours">
        <p class="quiet-text">
          Write each day as 08:00-17:00, with a break as 08:00-12:00, 13:00-17:00. An empty day is shut. While a season
          lasts its hours are the whole week.
        </p>
        {weeks.map((row, number) => (
          <WeekCard
            key={row.key}
            week={row.value}
            errors={row.value.days.map((_, day) => errors[`${number}.${day}`])}
            onChange={(more) => setWeek(row.key, more)}
            onRemove={weeks.length > 1 ? () => setWeeks((was) => was.filter((each) => each.key !== row.key)) : null}
          />
        ))}
        <div class="row">
          <Button icon="plus" onClick={() => addWeek({ season_from: "04-01", season_until: "09-30" })}>
            Add a season
          </Button>
          <Button icon="plus" onClick={() => addWeek({})}>
            Add hours from a date
          </Button>
        </div>
      </Section>
      <Section title="Closures">
        <p class="quiet-text">Single days on which the service is shut though they are no bank holidays.</p>
        {errors.closures && <Banner kind="late" title={errors.closures} />}
        {closures.map((row) => (
          <div key={row.key} class="closure-row">
            <Field label="Day" type="date" value={row.value.date} onInput={(date) => setClosure(row.key, { date })} />
            <Field
              label="Why"
              value={row.value.name}
              onInput={(why) => setClosure(row.key, { name: why })}
              maxLength={80}
            />
            <Button
              icon="trash"
              iconOnly
              onClick={() => setClosures((was) => was.filter((each) => each.key !== row.key))}
            >
              Take this closure away
            </Button>
          </div>
        ))}
        <Button icon="plus" onClick={() => setClosures((was) => [...was, ...rows([{ date: "", name: "" }])])}>
          Add a closure
        </Button>
      </Section>
      <div class="row">
        <Button kind="primary" large icon="check" busy={busy} onClick={() => void save()}>
          Keep this calendar
        </Button>
        <Button onClick={props.onClose}>Leave it</Button>
      </div>
    </div>
  );
}

function WeekCard(props: {
  week: Week;
  errors: (string | undefined)[];
  onChange: (more: Partial<Week>) => void;
  onRemove: (() => void) | null;
}) {
  const { week, onChange } = props;
  const isSeason = Boolean(week.season_from);
  return (
    <Card class="week-card">
      <div class="row-apart">
        <h3>{weekTitle(week)}</h3>
        {props.onRemove && (
          <Button icon="trash" onClick={props.onRemove}>
            Take away<span class="sr-only"> {weekTitle(week)}</span>
          </Button>
        )}
      </div>
      {isSeason && (
        <div class="season-dates">
          <MonthDay label="From" value={week.season_from} onChange={(season_from) => onChange({ season_from })} />
          <MonthDay label="Up to" value={week.season_until} onChange={(season_until) => onChange({ season_until })} />
        </div>
      )}
      <div class="week-days">
        {WEEKDAYS.map((weekday, day) => (
          <Field
            key={weekday}
            label={weekday}
            value={week.days[day] ?? ""}
            placeholder="shut"
            autocomplete="off"
            error={props.errors[day]}
            onInput={(text) => onChange({ days: week.days.map((was, each) => (each === day ? text : was)) })}
          />
        ))}
      </div>
      <details class="target-versions" open={Boolean(week.valid_from || week.valid_until)}>
        <summary>Only for some time</summary>
        <div class="season-dates">
          <Field
            label="First day"
            hint="Empty: always so far."
            type="date"
            value={week.valid_from}
            onInput={(valid_from) => onChange({ valid_from })}
          />
          <Field
            label="First day it no longer holds"
            hint="Empty: until further notice."
            type="date"
            value={week.valid_until}
            onInput={(valid_until) => onChange({ valid_until })}
          />
        </div>
      </details>
    </Card>
  );
}

const DAYS_IN = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** A day of every year, such as 1 April. */
function MonthDay(props: { label: string; value: string; onChange: (value: string) => void }) {
  const [month = 1, day = 1] = props.value.split("-").map(Number);
  const days = Array.from({ length: DAYS_IN[month - 1] ?? 31 }, (_, number) => number + 1);
  const set = (m: number, d: number) => props.onChange(`${two(m)}-${two(Math.min(d, DAYS_IN[m - 1] ?? 31))}`);
  return (
    <div class="month-day">
      <Select
        label={`${props.label}, day`}
        value={String(day)}
        options={days.map((each) => ({ value: String(each), label: String(each) }))}
        onChange={(chosen) => set(month, Number(chosen))}
      />
      <Select
        label={`${props.label}, month`}
        value={String(month)}
        options={MONTHS.map((label, number) => ({ value: String(number + 1), label }))}
        onChange={(chosen) => set(Number(chosen), day)}
      />
    </div>
  );
}
