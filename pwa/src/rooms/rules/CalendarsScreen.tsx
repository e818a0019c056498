import "./targets.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { serverNow } from "../../sync";
import { Banner, Button, Card, Empty, Section, Select, TopBar } from "../../ui";
import { CalendarForm } from "./CalendarForm";
import { TryIt } from "./TryIt";
import {
  type Calendar,
  type Calendars,
  type Closure,
  dayInWords,
  type Hours,
  weekInWords,
  weeksOf,
  weekTitle,
} from "./targets";

/** When each service is open, and a target counted out day by day. */
export default function CalendarsScreen() {
  const asked = useAsk<Calendars>("/api/calendars", 300_000);
  const { query } = useRoute();
  const [editing, setEditing] = useState<"change" | "new" | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const calendars = asked.data?.results ?? [];
  const chosen = calendars.find((each) => each.code === query.get("calendar")) ?? calendars[0];
  const done = (calendar: Calendar) => {
    setEditing(null);
    setSaid(`${calendar.name} is kept. Reports that are received from now on go by it.`);
    setQuery({ calendar: calendar.code });
    asked.again();
  };
  return (
    <>
      <TopBar
        title="Calendars"
        back="/rules"
        backLabel="All rules"
        status={<span>Working hours, seasons, bank holidays and closures</span>}
      />
      <div class="page targets-page">
        {said && <Banner kind="good" title={said} live="status" />}
        <Stale asked={asked} what="The calendars" />
        {asked.data && calendars.length === 0 && (
          <Empty icon="list" title="There are no calendars yet">
            <p>One comes with the library of routes, or you add the first one here.</p>
          </Empty>
        )}
        {editing ? (
          <CalendarForm
            key={editing === "new" ? "new" : chosen?.code}
            calendar={editing === "new" ? null : (chosen ?? null)}
            onDone={done}
            onClose={() => setEditing(null)}
          />
        ) : (
          <>
            <div class="row-apart targets-head">
              {calendars.length > 1 && (
                <Select
                  label="Calendar"
                  value={chosen?.code ?? ""}
                  options={calendars.map((each) => ({ value: each.code, label: each.name }))}
                  onChange={(code) => setQuery({ calendar: code })}
                />
              )}
              {asked.data?.may_change && (
                <Button icon="plus" onClick={() => setEditing("new")}>
                  Add a calendar
                </Button>
              )}
            </div>
            {chosen && (
              <CalendarCard
                calendar={chosen}
                onChange={
                  asked.data?.may_change
                    ? () => {
                        setSaid(null);
                        setEditing("change");
                      }
                    : null
                }
              />
            )}
            {chosen && <TryIt key={chosen.code} calendar={chosen} />}
          </>
        )}
      </div>
    </>
  );
}

function CalendarCard({ calendar, onChange }: { calendar: Calendar; onChange: (() => void) | null }) {
  const today = serverNow().toISOString().slice(0, 10);
  const coming = (days: readonly Closure[]) => days.filter((day) => day.date >= today);
  const closures = coming(calendar.closures);
  return (
    <Card class="target-card">
      <h2>{calendar.name}</h2>
      <div class="calendar-weeks">
        {weeksOf(calendar.hours as Hours[]).map((week) => (
          <div key={weekTitle(week)}>
            <h3>{weekTitle(week)}</h3>
            {weekInWords(week).map((line) => (
              <p key={line} class="tabular">
                {line}
              </p>
            ))}
          </div>
        ))}
      </div>
      {calendar.hours.length === 0 && (
        <p class="quiet-text small-text">It names no hours of its own: these are what every calendar begins with.</p>
      )}
      <Section title="Shut next" level={3}>
        <Days days={closures} none="No closures are planned." />
        {calendar.region ? (
          <details class="target-versions">
            <summary>England’s bank holidays</summary>
            <Days days={coming(calendar.bank_holidays)} none="None are known." />
          </details>
        ) : (
          <p>It keeps no bank holidays.</p>
        )}
      </Section>
      <p class="quiet-text">
        {calendar.used_by.length
          ? `Used by: ${calendar.used_by.join("; ")}.`
          : "No service level in force goes by it yet."}
      </p>
      {onChange && (
        <Button icon="edit" onClick={onChange}>
          Change this calendar
        </Button>
      )}
    </Card>
  );
}

function Days({ days, none }: { days: readonly Closure[]; none: string }) {
  if (days.length === 0) return <p>{none}</p>;
  return (
    <ul class="calendar-days">
      {days.map((day) => (
        <li key={day.date}>
          <span class="tabular">{dayInWords(day.date)}</span> <span class="quiet-text">{day.name}</span>
        </li>
      ))}
    </ul>
  );
}
