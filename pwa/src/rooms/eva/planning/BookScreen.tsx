import "./planning.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { serverNow, session } from "../../../sync";
import { Banner, Button, Field, Section, Select, TextArea, TopBar } from "../../../ui";
import { type Guest, Guests, guestsOf } from "./Guests";
import type { Booking, Choices } from "./shapes";
import { dayOf, lengthInWords, plusDays, timeOf } from "./words";

const LENGTHS = [30, 60, 90, 120, 180, 240, 360];

/** Put a walk on the calendar, or change one that stands there. */
export default function BookScreen() {
  const { params, query } = useRoute();
  const id = params.id;
  const choices = useAsk<Choices>("/api/calendar/choices");
  const booking = useAsk<Booking>(id ? `/api/bookings/${id}` : null);
  const ready = choices.data && (!id || booking.data);
  return (
    <>
      <TopBar
        title={id ? "Change the walk" : "Book a walk"}
        back={id ? `/calendar/${id}` : "/calendar"}
        backLabel={id ? "Walk" : "Calendar"}
      />
      <div class="page planning">
        <Stale asked={choices} what="What can be chosen" />
        {id && <Stale asked={booking} what="The walk" />}
        {ready && choices.data && <Form choices={choices.data} booking={id ? booking.data : null} query={query} />}
      </div>
    </>
  );
}

function startOf(booking: Booking | null, query: URLSearchParams, choices: Choices) {
  const tomorrow = plusDays(dayOf(serverNow()), 1);
  const me = session.value.person?.id ?? "";
  const leads = choices.people.some((one) => one.id === me && one.leads);
  return {
    area: booking?.area.id ?? query.get("area") ?? "",
    checklist: booking?.checklist.code ?? query.get("checklist") ?? choices.checklists[0]?.code ?? "",
    day: booking ? dayOf(booking.starts_at) : (query.get("day") ?? tomorrow),
    time: booking ? timeOf(booking.starts_at) : "10:00",
    minutes: booking?.minutes ?? 90,
    meet: booking?.meet_at ?? "",
    lead: booking?.lead.id ?? (leads ? me : ""),
    note: booking?.note ?? "",
  };
}

function Form(props: { choices: Choices; booking: Booking | null; query: URLSearchParams }) {
  const { choices, booking, query } = props;
  const [told, setTold] = useState(() => startOf(booking, query, choices));
  const [guests, setGuests] = useState<Guest[]>(() => guestsOf(booking));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const set = (changes: Partial<typeof told>) => setTold({ ...told, ...changes });
  const missing = {
    area: told.area ? null : "Choose the area",
    day: told.day ? null : "Choose a day",
    time: told.time ? null : "Say when it begins",
    meet: told.meet.trim() ? null : "Say where people meet",
    lead: told.lead ? null : "Choose who leads it",
  };
  const keep = async () => {
    setTried(true);
    if (Object.values(missing).some(Boolean)) return;
    setBusy(true);
    const json = {
      area_id: told.area,
      checklist: told.checklist,
      // The council's own clock: the server knows whether it is summer time then.
      starts_at: `${told.day}T${told.time}`,
      minutes: told.minutes,
      meet_at: told.meet.trim(),
      lead_id: told.lead,
      note: told.note.trim(),
      invitations: guests.map(({ key: _, ...guest }) => guest),
      ...(booking ? { version: booking.version } : {}),
      ...(!booking && query.get("revisit_of") ? { revisit_of: query.get("revisit_of") } : {}),
      ...(!booking && query.get("campaign") ? { campaign_id: query.get("campaign") } : {}),
    };
    const answer = await ask<Booking>(booking ? `/api/bookings/${booking.id}` : "/api/bookings", {
      method: booking ? "PATCH" : "POST",
      json,
    });
    setBusy(false);
    if (answer.kind === "ok") navigate(`/calendar/${answer.data.id}`, { replace: true });
    else setWrong(failure(answer, NOTHING_CHANGED));
  };
  const error = (name: keyof typeof missing) => (tried ? missing[name] : null);
  return (
    <>
      {wrong && <Banner kind="late" title={wrong} live="alert" />}
      {query.get("revisit_of") && !booking && (
        <p>This books the re-visit of an audit. What was left open is asked again.</p>
      )}
      <Select
        label="Area"
        value={told.area}
        error={error("area")}
        options={[
          { value: "", label: "Choose an area" },
          ...choices.areas.map((one) => ({ value: one.id, label: `${one.name} (${one.kind})` })),
        ]}
        onChange={(area) => set({ area })}
      />
      <Select
        label="Checklist"
        value={told.checklist}
        options={choices.checklists.map((one) => ({ value: one.code, label: one.title }))}
        onChange={(checklist) => set({ checklist })}
      />
      <div class="planning-row">
        <Field label="Day" type="date" value={told.day} error={error("day")} onInput={(day) => set({ day })} />
        <Field label="Begins" type="time" value={told.time} error={error("time")} onInput={(time) => set({ time })} />
        <Select
          label="Takes about"
          value={String(told.minutes)}
          options={[...new Set([...LENGTHS, told.minutes])]
            .sort((a, b) => a - b)
            .map((each) => ({ value: String(each), label: lengthInWords(each) }))}
          onChange={(minutes) => set({ minutes: Number(minutes) })}
        />
      </div>
      <Field
        label="Where people meet"
        value={told.meet}
        maxLength={300}
        error={error("meet")}
        onInput={(meet) => set({ meet })}
      />
      <Select
        label="Led by"
        value={told.lead}
        error={error("lead")}
        options={[
          { value: "", label: "Choose a person" },
          ...choices.people
            .filter((one) => one.leads)
            .map((one) => ({ value: one.id, label: `${one.name} (${one.organisation})` })),
        ]}
        onChange={(lead) => set({ lead })}
      />
      <Section title="Who is asked to come">
        <Guests guests={guests} people={choices.people} onChange={setGuests} />
      </Section>
      <TextArea
        label="Note for those who come"
        hint="What to wear or bring, what to know."
        value={told.note}
        maxLength={2000}
        onInput={(note) => set({ note })}
      />
      <Button kind="primary" large icon="check" busy={busy} onClick={() => void keep()}>
        {booking ? "Keep the change" : "Book the walk"}
      </Button>
      <p class="quiet-text">
        {guests.length > 0
          ? "Everybody with an e-mail address gets it as an invitation for their calendar."
          : "Nobody but the lead hears of it."}
      </p>
    </>
  );
}
