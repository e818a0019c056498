import "./planning.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { serverNow } from "../../../sync";
import { Banner, Choices, Fact, LinkButton, Tag, TopBar } from "../../../ui";
import { KIND } from "./campaign-words";
import { StopPart } from "./StopPart";
import type { Campaign } from "./shapes";
import { dayOf, daysInWords } from "./words";

/** One campaign: what is to do in each area, how much of it was looked at, and what was done. */
export default function CampaignScreen() {
  const { params } = useRoute();
  const asked = useAsk<Campaign>(`/api/campaigns/${params.id}`, 60_000);
  const [chosen, setChosen] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const campaign = asked.data;
  const today = dayOf(serverNow());
  const stops = campaign?.stops ?? [];
  const stop =
    stops.find((one) => one.id === chosen) ??
    stops.find((one) => one.starts_on <= today && today <= one.ends_on) ??
    stops.find((one) => one.starts_on > today) ??
    stops.at(-1);
  /** Sends one change and reads the campaign anew; whether it was done. */
  const send = async (path: string, json: unknown, words?: string, method: "POST" | "DELETE" = "POST") => {
    const answer = await ask(path, json === null ? { method } : { method, json });
    const failed = failure(answer, NOTHING_CHANGED);
    setWrong(failed);
    setSaid(failed ? null : (words ?? null));
    asked.again();
    return failed === null;
  };
  return (
    <>
      <TopBar
        title={campaign?.name ?? "Campaign"}
        back="/campaigns"
        backLabel="Campaigns"
        status={
          campaign?.starts_on &&
          campaign.ends_on && (
            <span>
              {KIND[campaign.kind]}, {daysInWords(campaign.starts_on, campaign.ends_on)}
            </span>
          )
        }
      />
      <div class="page planning">
        <Stale asked={asked} what="The campaign" />
        {wrong && <Banner kind="late" title={wrong} live="alert" />}
        {said && <Banner kind="good" title={said} live="status" />}
        {campaign && (
          <>
            {campaign.note && <p>{campaign.note}</p>}
            {campaign.totals.length > 0 && (
              <dl class="totals">
                {campaign.totals.map((one) => (
                  <Fact key={one.kind} label={one.label}>
                    <strong class="tabular">{one.amount.toLocaleString("en-GB")}</strong>
                  </Fact>
                ))}
              </dl>
            )}
            {stops.length > 1 && stop && (
              <Choices
                label="Area"
                value={stop.id}
                choices={stops.map((one) => ({ value: one.id, label: one.area.name }))}
                onChange={setChosen}
              />
            )}
            {stop ? (
              <StopPart key={stop.id} stop={stop} campaign={campaign} send={send} />
            ) : (
              <Tag icon="info">No area yet: change the campaign and add one</Tag>
            )}
            {campaign.may_plan && (
              <LinkButton icon="edit" href={`/campaigns/${campaign.id}/edit`}>
                Change the campaign
              </LinkButton>
            )}
          </>
        )}
      </div>
    </>
  );
}
