import "./planning.css";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { Card, counted, Empty, LinkButton, Tag, TopBar } from "../../../ui";
import { KIND } from "./campaign-words";
import type { Campaigns } from "./shapes";
import { daysInWords } from "./words";

/** Weeks of action and High Impact Days, the newest first. */
export default function CampaignsScreen() {
  const asked = useAsk<Campaigns>("/api/campaigns", 120_000);
  const shown = asked.data;
  return (
    <>
      <TopBar title="Campaigns" back="/calendar" backLabel="Calendar" />
      <div class="page planning">
        {shown?.may_plan && (
          <LinkButton kind="primary" large icon="plus" href="/campaigns/new">
            Plan a campaign
          </LinkButton>
        )}
        <Stale asked={asked} what="The list of campaigns" />
        {shown && shown.results.length === 0 && (
          <Empty icon="team" title="No campaign yet">
            <p>A week of action goes through areas one after the other, each with its worklist and what was done.</p>
          </Empty>
        )}
        <ul class="agenda-list">
          {shown?.results.map((one) => (
            <li key={one.id}>
              <Card href={`/campaigns/${one.id}`}>
                <div class="row-apart">
                  <strong>{one.name}</strong>
                  <Tag icon="team">{KIND[one.kind]}</Tag>
                </div>
                <div>
                  {one.starts_on && one.ends_on ? daysInWords(one.starts_on, one.ends_on) : "No area yet"}
                  {one.areas.length > 0 && `: ${one.areas.join(", ")}`}
                </div>
                {one.tasks > 0 && (
                  <div class="quiet-text">
                    {one.tasks_done} of {counted(one.tasks, "thing", "things")} done
                  </div>
                )}
              </Card>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
