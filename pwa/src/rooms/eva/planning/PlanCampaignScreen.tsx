import "./planning.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { serverNow } from "../../../sync";
import { Banner, Button, Card, Field, Section, Select, TextArea, TopBar } from "../../../ui";
import { KIND } from "./campaign-words";
import type { Campaign, CampaignKind, Choices } from "./shapes";
import { dayOf, plusDays } from "./words";

interface StopDraft {
  key: string;
  id?: string;
  area_id: string;
  starts_on: string;
  ends_on: string;
  lead_id: string;
}

/** Plan a campaign, or change one: its areas with their days, one after the other. */
export default function PlanCampaignScreen() {
  const { params } = useRoute();
  const id = params.id;
  const choices = useAsk<Choices>("/api/calendar/choices");
  const campaign = useAsk<Campaign>(id ? `/api/campaigns/${id}` : null);
  return (
    <>
      <TopBar
        title={id ? "Change the campaign" : "Plan a campaign"}
        back={id ? `/campaigns/${id}` : "/campaigns"}
        backLabel={id ? "Campaign" : "Campaigns"}
      />
      <div class="page planning">
        <Stale asked={choices} what="What can be chosen" />
        {choices.data && (!id || campaign.data) && <Form choices={choices.data} campaign={id ? campaign.data : null} />}
      </div>
    </>
  );
}

function stopsOf(campaign: Campaign | null): StopDraft[] {
  if (!campaign) return [nextStop([], "week_of_action")];
  return campaign.stops.map((stop) => ({
    key: stop.id,
    id: stop.id,
    area_id: stop.area.id,
    starts_on: stop.starts_on,
    ends_on: stop.ends_on,
    lead_id: stop.lead?.id ?? "",
  }));
}

/** The week (or the day) after the last one. */
function nextStop(stops: readonly StopDraft[], kind: CampaignKind): StopDraft {
  const last = stops.at(-1);
  const today = dayOf(serverNow());
  const monday = plusDays(today, 7 - ((new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7));
  const starts = last?.ends_on ? plusDays(last.ends_on, 1) : monday;
  const ends = plusDays(starts, kind === "week_of_action" ? 6 : 0);
  return { key: `new ${stops.length} ${starts}`, area_id: "", starts_on: starts, ends_on: ends, lead_id: "" };
}

function wrongWith(stop: StopDraft): { area: string | null; ends: string | null } {
  return {
    area: stop.area_id ? null : "Choose the area",
    ends: stop.starts_on && stop.ends_on >= stop.starts_on ? null : "It ends before it starts",
  };
}

function Form({ choices, campaign }: { choices: Choices; campaign: Campaign | null }) {
  const [name, setName] = useState(campaign?.name ?? "");
  const [kind, setKind] = useState<CampaignKind>(campaign?.kind ?? "week_of_action");
  const [note, setNote] = useState(campaign?.note ?? "");
  const [stops, setStops] = useState(() => stopsOf(campaign));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (at: StopDraft, changes: Partial<StopDraft>) =>
    setStops(stops.map((one) => (one === at ? { ...one, ...changes } : one)));
  const keep = async () => {
    setTried(true);
    if (!name.trim() || stops.some((stop) => wrongWith(stop).area || wrongWith(stop).ends)) return;
    setBusy(true);
    const json = {
      name: name.trim(),
      kind,
      note: note.trim(),
      stops: stops.map(({ key: _, lead_id, ...stop }) => ({ ...stop, lead_id: lead_id || null })),
      ...(campaign ? { version: campaign.version } : {}),
    };
    const answer = await ask<Campaign>(campaign ? `/api/campaigns/${campaign.id}` : "/api/campaigns", {
      method: campaign ? "PATCH" : "POST",
      json,
    });
    setBusy(false);
    if (answer.kind === "ok") navigate(`/campaigns/${answer.data.id}`, { replace: true });
    else setWrong(failure(answer, NOTHING_CHANGED));
  };
  return (
    <>
      {wrong && <Banner kind="late" title={wrong} live="alert" />}
      <Field
        label="Name"
        value={name}
        maxLength={120}
        error={tried && !name.trim() ? "Give it a name" : null}
        onInput={setName}
      />
      <Select
        label="What it is"
        value={kind}
        options={(Object.keys(KIND) as CampaignKind[]).map((each) => ({ value: each, label: KIND[each] }))}
        onChange={(value) => setKind(value as CampaignKind)}
      />
      <TextArea label="What it is for" value={note} maxLength={2000} onInput={setNote} />
      <Section title="Areas, one after the other">
        <ol class="stop-drafts">
          {stops.map((stop, number) => (
            <li key={stop.key}>
              <Card>
                <Select
                  label={`Area ${number + 1}`}
                  value={stop.area_id}
                  error={tried ? wrongWith(stop).area : null}
                  options={[
                    { value: "", label: "Choose an area" },
                    ...choices.areas.map((one) => ({ value: one.id, label: `${one.name} (${one.kind})` })),
                  ]}
                  onChange={(area_id) => change(stop, { area_id })}
                />
                <div class="planning-row">
                  <Field
                    label="From"
                    type="date"
                    value={stop.starts_on}
                    onInput={(starts_on) => change(stop, { starts_on })}
                  />
                  <Field
                    label="To"
                    type="date"
                    value={stop.ends_on}
                    error={tried ? wrongWith(stop).ends : null}
                    onInput={(ends_on) => change(stop, { ends_on })}
                  />
                  <Select
                    label="Led by"
                    value={stop.lead_id}
                    options={[
                      { value: "", label: "Nobody yet" },
                      ...choices.people.map((one) => ({ value: one.id, label: one.name })),
                    ]}
                    onChange={(lead_id) => change(stop, { lead_id })}
                  />
                </div>
                <Button kind="quiet" icon="trash" onClick={() => setStops(stops.filter((one) => one !== stop))}>
                  Take this area out
                </Button>
              </Card>
            </li>
          ))}
        </ol>
        <Button icon="plus" onClick={() => setStops([...stops, nextStop(stops, kind)])}>
          Add an area
        </Button>
      </Section>
      <Button kind="primary" large icon="check" busy={busy} onClick={() => void keep()}>
        {campaign ? "Keep the change" : "Plan the campaign"}
      </Button>
    </>
  );
}
