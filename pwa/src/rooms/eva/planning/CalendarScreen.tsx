import "./planning.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { reference, serverNow } from "../../../sync";
import { Button, Card, Empty, LinkButton, Section, Select, Tag, TopBar } from "../../../ui";
import { FeedSheet } from "./FeedSheet";
import { Month } from "./Month";
import type { Booking, Calendar } from "./shapes";
import { dayInWords, dayOf, daysInWords, fromTo, monthInWords, plusDays, plusMonths } from "./words";

/** Walks that are booked, re-visits that are due and campaigns, a month at a time. */
export default function CalendarScreen() {
  const { query } = useRoute();
  const today = dayOf(serverNow());
  const asked = /^\d{4}-\d{2}$/.test(query.get("month") ?? "") ? `${query.get("month")}-01` : today;
  const month = plusMonths(asked, 0);
  const last = plusDays(plusMonths(month, 1), -1);
  const area = query.get("area") ?? "";
  const answer = useAsk<Calendar>(`/api/calendar?from=${month}&to=${last}${area ? `&area=${area}` : ""}`, 120_000);
  const [feed, setFeed] = useState(false);
  const shown = answer.data;
  const days = shown ? daysOf(shown) : new Map<string, Day>();
  const go = (count: number) => setQuery({ month: plusMonths(month, count).slice(0, 7) });
  return (
    <>
      <TopBar title="Calendar" back="/audits" backLabel="Audits" status={<span>{monthInWords(month)}</span>} />
      <div class="page planning">
        {shown?.may_plan && (
          <LinkButton kind="primary" large icon="plus" href="/calendar/new">
            Book a walk
          </LinkButton>
        )}
        <div class="planning-head">
          <Button icon="back" iconOnly onClick={() => go(-1)}>
            {monthInWords(plusMonths(month, -1))}
          </Button>
          <h2>{monthInWords(month)}</h2>
          <Button icon="forward" iconOnly onClick={() => go(1)}>
            {monthInWords(plusMonths(month, 1))}
          </Button>
        </div>
        <Select
          label="Area"
          value={area}
          options={[
            { value: "", label: "Every area" },
            ...(reference.value?.areas ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(value) => setQuery({ area: value || null })}
        />
        <Stale asked={answer} what="The calendar" />
        {shown && (
          <div class="planning-month">
            <Month month={month} today={today} count={(day) => days.get(day)?.count ?? 0} onDay={show} />
            <Agenda shown={shown} days={days} today={today} />
          </div>
        )}
        <div class="planning-actions">
          <LinkButton icon="team" href="/campaigns">
            Campaigns
          </LinkButton>
          <Button icon="external" onClick={() => setFeed(true)}>
            In your own calendar
          </Button>
        </div>
      </div>
      {feed && <FeedSheet onClose={() => setFeed(false)} />}
    </>
  );
}

function show(day: string): void {
  const place = document.getElementById(`day-${day}`);
  place?.scrollIntoView({ block: "center" });
  place?.focus();
}

interface Day {
  bookings: Booking[];
  revisits: Calendar["revisits"];
  count: number;
}

function daysOf(shown: Calendar): Map<string, Day> {
  const days = new Map<string, Day>();
  const at = (day: string) => {
    const found = days.get(day) ?? { bookings: [], revisits: [], count: 0 };
    days.set(day, found);
    return found;
  };
  for (const booking of shown.bookings) {
    const day = at(dayOf(booking.starts_at));
    day.bookings.push(booking);
    if (booking.state !== "cancelled") day.count += 1;
  }
  for (const revisit of shown.revisits) {
    const day = at(revisit.due_on);
    day.revisits.push(revisit);
    day.count += 1;
  }
  return days;
}

function Agenda({ shown, days, today }: { shown: Calendar; days: Map<string, Day>; today: string }) {
  const stops = shown.stops;
  if (days.size === 0 && stops.length === 0) {
    return (
      <Empty icon="clock" title="Nothing is planned in this month">
        <p>Booked walks, re-visits that are due and campaigns stand here.</p>
      </Empty>
    );
  }
  return (
    <div class="agenda">
      {stops.length > 0 && (
        <Section title="Campaigns">
          <ul class="agenda-list">
            {stops.map((stop) => (
              <li key={stop.id}>
                <Card href={`/campaigns/${stop.campaign.id}`} tone={isNow(stop, today) ? "busy" : "plain"}>
                  <strong>
                    {stop.campaign.name}: {stop.area.name}
                  </strong>
                  <div>{daysInWords(stop.starts_on, stop.ends_on)}</div>
                </Card>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {[...days.entries()].sort().map(([day, found]) => (
        <section key={day} class="section agenda-day">
          <h2 id={`day-${day}`} tabIndex={-1}>
            {dayInWords(day)}
            {day === today && " (today)"}
          </h2>
          <ul class="agenda-list">
            {found.bookings.map((booking) => (
              <li key={booking.id}>
                <BookingCard booking={booking} />
              </li>
            ))}
            {found.revisits.map((revisit) => (
              <li key={revisit.audit.id}>
                <Card tone={revisit.late ? "late" : "risk"}>
                  <Tag icon="repeat" tone={revisit.late ? "late" : "risk"}>
                    {revisit.late ? "Re-visit is overdue" : "Re-visit is due"}
                  </Tag>
                  <p>
                    <strong>{revisit.area?.name ?? revisit.title}</strong> after {revisit.audit.number}. Nobody has
                    booked it yet.
                  </p>
                  {shown.may_plan && (
                    <LinkButton icon="plus" href={`/calendar/new?revisit_of=${revisit.audit.id}${areaOf(revisit)}`}>
                      Book it
                    </LinkButton>
                  )}
                </Card>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function isNow(stop: { starts_on: string; ends_on: string }, today: string): boolean {
  return stop.starts_on <= today && today <= stop.ends_on;
}

function areaOf(revisit: Calendar["revisits"][number]): string {
  return revisit.area ? `&area=${revisit.area.id}` : "";
}

function BookingCard({ booking }: { booking: Booking }) {
  const asked = booking.my_answer === "" && booking.may.answer;
  return (
    <Card href={`/calendar/${booking.id}`} tone={booking.state === "cancelled" ? "plain" : asked ? "busy" : "plain"}>
      <div class="row-apart">
        <strong class="tabular">{fromTo(booking.starts_at, booking.minutes)}</strong>
        {booking.state === "cancelled" && (
          <Tag icon="cancelled" tone="idle">
            Called off
          </Tag>
        )}
        {booking.state === "walked" && (
          <Tag icon="check" tone="good">
            Walked
          </Tag>
        )}
        {asked && (
          <Tag icon="bell" tone="busy">
            You are asked to come
          </Tag>
        )}
      </div>
      <div>
        <strong>{booking.area.name}</strong>, {booking.checklist.title}
      </div>
      <div class="quiet-text">
        {booking.meet_at}. Led by {booking.lead.name}.
      </div>
    </Card>
  );
}
