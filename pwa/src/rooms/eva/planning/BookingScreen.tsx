import "./planning.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Banner, Button, Card, Fact, Field, LinkButton, longDay, Section, Sheet, Tag, TopBar } from "../../../ui";
import type { Booking, Invitation } from "./shapes";
import { dayInWords, dayOf, fromTo, lengthInWords } from "./words";

const ANSWERS = [
  { value: "yes", label: "I come", icon: "check" },
  { value: "maybe", label: "Perhaps", icon: "open" },
  { value: "no", label: "I can't come", icon: "cancelled" },
] as const;

/** One walk of the calendar: when, where, who comes. */
export default function BookingScreen() {
  const { params } = useRoute();
  const asked = useAsk<Booking>(`/api/bookings/${params.id}`, 60_000);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [ending, setEnding] = useState(false);
  const booking = asked.data;
  const answer = async (value: string) => {
    setBusy(true);
    const told = await ask(`/api/bookings/${params.id}/answer`, { method: "POST", json: { answer: value } });
    setBusy(false);
    setWrong(failure(told, NOTHING_CHANGED));
    asked.again();
  };
  return (
    <>
      <TopBar
        title={booking ? booking.area.name : "Walk"}
        back={booking ? `/calendar?month=${dayOf(booking.starts_at).slice(0, 7)}` : "/calendar"}
        backLabel="Calendar"
        status={booking && <span>{dayInWords(dayOf(booking.starts_at))}</span>}
      />
      <div class="page planning">
        <Stale asked={asked} what="The walk" />
        {wrong && <Banner kind="late" title={wrong} live="alert" />}
        {booking && (
          <>
            <State booking={booking} />
            {booking.may.begin && (
              <LinkButton kind="primary" large icon="start" href={beginAddress(booking)}>
                Begin the walk
              </LinkButton>
            )}
            {booking.may.answer && (
              <fieldset class="answers">
                <legend>Do you come?</legend>
                {ANSWERS.map((one) => (
                  <Button
                    key={one.value}
                    icon={one.icon}
                    kind={booking.my_answer === one.value ? "primary" : "secondary"}
                    pressed={booking.my_answer === one.value}
                    busy={busy}
                    onClick={() => void answer(one.value)}
                  >
                    {one.label}
                  </Button>
                ))}
              </fieldset>
            )}
            <Facts booking={booking} />
            <Invited rows={booking.invitations} />
            <div class="planning-actions">
              <LinkButton icon="download" href={`/api/bookings/${booking.id}.ics`}>
                Calendar file
              </LinkButton>
              {booking.may.change && (
                <>
                  <LinkButton icon="edit" href={`/calendar/${booking.id}/edit`}>
                    Change it
                  </LinkButton>
                  <Button kind="danger" icon="cancelled" onClick={() => setEnding(true)}>
                    Call it off
                  </Button>
                </>
              )}
            </div>
          </>
        )}
      </div>
      {booking && ending && (
        <EndSheet
          booking={booking}
          onClose={() => setEnding(false)}
          onDone={() => {
            setEnding(false);
            asked.again();
          }}
        />
      )}
    </>
  );
}

/** Begins by what was booked: area, checklist, and the audit that is visited again. */
function beginAddress(booking: Booking): string {
  const told = new URLSearchParams({
    booking: booking.id,
    area: booking.area.id,
    checklist: booking.checklist.code,
    ...(booking.revisit_of ? { revisit_of: booking.revisit_of.id } : {}),
  });
  return `/audits/new?${told}`;
}

function State({ booking }: { booking: Booking }) {
  if (booking.state === "cancelled") return <Banner kind="info" title={`Called off: ${booking.cancelled_note}`} />;
  if (booking.audit) {
    return (
      <Card href={`/audits/${booking.audit.id}`} tone="good">
        <strong>Walked as {booking.audit.number}</strong>
      </Card>
    );
  }
  return null;
}

function Facts({ booking }: { booking: Booking }) {
  return (
    <dl class="facts">
      <Fact label="When">
        {longDay(dayOf(booking.starts_at))}, {fromTo(booking.starts_at, booking.minutes)} (
        {lengthInWords(booking.minutes)})
      </Fact>
      <Fact label="Where to meet">{booking.meet_at}</Fact>
      <Fact label="What is looked at">{booking.checklist.title}</Fact>
      <Fact label="Led by">{booking.lead.name}</Fact>
      {booking.revisit_of && (
        <Fact label="Re-visit of">
          <a href={`/audits/${booking.revisit_of.id}`}>{booking.revisit_of.number}</a>
        </Fact>
      )}
      {booking.campaign && (
        <Fact label="Campaign">
          <a href={`/campaigns/${booking.campaign.id}`}>{booking.campaign.name}</a>
        </Fact>
      )}
      {booking.note && <Fact label="Note">{booking.note}</Fact>}
    </dl>
  );
}

function Invited({ rows }: { rows: readonly Invitation[] }) {
  if (rows.length === 0) return null;
  const coming = rows.filter((one) => one.answer === "yes").length;
  return (
    <Section
      title="Who is asked to come"
      aside={
        <span class="quiet-text">
          {coming} of {rows.length} said yes
        </span>
      }
    >
      <ul class="invited">
        {rows.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.name}</strong>
              <span class="quiet-text"> {[one.role, one.organisation].filter(Boolean).join(", ")}</span>
              {one.mail_error && <span class="small-text invited-unreached"> E-mail did not reach them.</span>}
            </span>
            <AnswerTag answer={one.answer} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function AnswerTag({ answer }: { answer: string }) {
  if (answer === "yes") {
    return (
      <Tag icon="check" tone="good">
        Comes
      </Tag>
    );
  }
  if (answer === "no") {
    return (
      <Tag icon="cancelled" tone="idle">
        Can't come
      </Tag>
    );
  }
  return (
    <Tag icon="open" tone="idle">
      {answer === "maybe" ? "Perhaps" : "No answer yet"}
    </Tag>
  );
}

function EndSheet({ booking, onClose, onDone }: { booking: Booking; onClose: () => void; onDone: () => void }) {
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const end = async () => {
    setTried(true);
    if (!note.trim()) return;
    setBusy(true);
    const answer = await ask(`/api/bookings/${booking.id}/cancel`, { method: "POST", json: { note: note.trim() } });
    setBusy(false);
    const failed = failure(answer, NOTHING_CHANGED);
    if (failed) setWrong(failed);
    else onDone();
  };
  return (
    <Sheet open title="Call this walk off" onClose={onClose}>
      {wrong && <Banner kind="late" title={wrong} live="alert" />}
      <p>Everybody who was told of it by e-mail hears that it is off, with your words.</p>
      <Field
        label="Why"
        value={note}
        maxLength={500}
        error={tried && !note.trim() ? "Say why" : null}
        onInput={setNote}
      />
      <Button kind="danger" large icon="cancelled" busy={busy} onClick={() => void end()}>
        Call it off
      </Button>
    </Sheet>
  );
}
