import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import { serverNow } from "../../sync";
import { Banner, Button, Card, Checkbox, COUNCIL_ZONE, Field, Icon, Section } from "../../ui";
import { type TargetDraft, TargetField } from "./TargetField";
import { type Calendar, dayInWords, type Tried } from "./targets";

/** The wall clock of the council at an instant, as date and time fields want it. */
function wall(moment: Date): { day: string; time: string } {
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone: COUNCIL_ZONE,
    dateStyle: "short",
    timeStyle: "short",
  }).format(moment);
  const [day = "", time = ""] = text.split(" ");
  return { day, time };
}

/** Counts a target out on this calendar: every day, with what it gave and why. */
export function TryIt({ calendar }: { calendar: Calendar }) {
  const now = wall(serverNow());
  const [target, setTarget] = useState<TargetDraft>({ amount: "1", clock: "working_days" });
  const [received, setReceived] = useState(now);
  const [pause, setPause] = useState<{ from: typeof now; until: typeof now } | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const run = async () => {
    setBusy(true);
    setFailed(null);
    const at = (each: typeof now) => `${each.day}T${each.time}`;
    const query = new URLSearchParams({ clock: target.clock, amount: target.amount, start: at(received) });
    if (pause) {
      query.set("pause_from", at(pause.from));
      query.set("pause_until", at(pause.until));
    }
    const answer = await ask<Tried>(`/api/calendars/${calendar.code}/try?${query}`);
    setBusy(false);
    setTried(answer.kind === "ok" ? answer.data : null);
    setFailed(failure(answer, "No connection. Try it again when it is back."));
  };

  return (
    <Section title="Try it">
      <Card class="target-card">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <TargetField label="A target of" value={target} onChange={setTarget} />
          <Moment label="Received" value={received} onChange={setReceived} />
          <Checkbox
            label="The clock stood still for a while"
            checked={pause !== null}
            onChange={(on) => setPause(on ? { from: received, until: received } : null)}
          />
          {pause && (
            <>
              <Moment label="Paused from" value={pause.from} onChange={(from) => setPause({ ...pause, from })} />
              <Moment label="Paused until" value={pause.until} onChange={(until) => setPause({ ...pause, until })} />
            </>
          )}
          <Button kind="primary" type="submit" icon="clock" busy={busy}>
            Count it out
          </Button>
        </form>
        {failed && <Banner kind="late" title={failed} live="alert" />}
        {tried && (
          <div class="tried" role="status">
            <p class="tried-due">{tried.words}</p>
            <ol class="tried-days">
              {tried.days.map((line) => (
                <li key={line.day ?? "between"} class={line.counts ? "tried-counts" : undefined}>
                  <Icon name={line.counts ? "check" : line.day ? "close" : "more"} size="1.1em" />
                  <span class="tried-day tabular">{line.day ? dayInWords(line.day) : ""}</span>
                  <span>{line.words}</span>
                </li>
              ))}
            </ol>
          </div>
        )}
      </Card>
    </Section>
  );
}

function Moment(props: {
  label: string;
  value: { day: string; time: string };
  onChange: (value: { day: string; time: string }) => void;
}) {
  const { label, value, onChange } = props;
  return (
    <div class="target-field">
      <Field label={`${label}, day`} type="date" value={value.day} onInput={(day) => onChange({ ...value, day })} />
      <Field label={`${label}, time`} type="time" value={value.time} onInput={(time) => onChange({ ...value, time })} />
    </div>
  );
}
