import { NOTHING_CHANGED } from "../../../api/words";
import "./routes.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { navigate } from "../../../app/router";
import { Stale } from "../../../app/stale";
import {
  Banner,
  Button,
  Chip,
  counted,
  Empty,
  Fact,
  Field,
  LinkButton,
  longDay,
  Section,
  Sheet,
  statusOf,
  TopBar,
} from "../../../ui";
import { Differences } from "./Differences";
import { ACTION_STATUS, type Decisions, type Draft, ROUTE_STATUS, type RouteStory, type RouteVersion } from "./shapes";
import { datesInWords, dayBeside, targetInWords } from "./words";

const LANDS: Record<string, string> = {
  highway: "adopted highway",
  council_housing: "council housing land",
  park: "park",
  council_land: "other council land",
  housing_association: "housing-association land",
  private: "private land",
  railway: "railway land",
  watercourse: "watercourse",
  unknown: "land of unknown owner",
};

/** One route: what it asks for, who gets the work, every version that it had and how often each decided. */
export default function RouteScreen({ id }: { id: string | null }) {
  const asked = useAsk<RouteStory>(`/api/routes/${id}`);
  const decisions = useAsk<Decisions>(`/api/routes/${id}/decisions`);
  const story = asked.data;
  const newest = story?.versions[0];
  return (
    <>
      <TopBar
        title={story?.name ?? "Route"}
        back="/rules/routes"
        backLabel="Routes"
        status={newest && <span>{newest.summary}</span>}
      />
      <div class="page route">
        <Stale asked={asked} what="The route" />
        {story && newest && (
          <>
            <Proposed story={story} />
            {!story.in_book && (
              <Banner kind="risk" title="This route is not in the book any more">
                <p>It decides nothing. Jobs that it opened keep it as their reason.</p>
              </Banner>
            )}
            <Conditions route={newest} />
            {story.in_book && story.may_edit && <Edit route={newest} />}
            <Versions story={story} decisions={decisions.data} />
          </>
        )}
      </div>
    </>
  );
}

function Proposed({ story }: { story: RouteStory }) {
  if (!story.draft_action) return null;
  return (
    <Banner kind="info" icon="reports" title="The draft of the next edition changes this route">
      <div class="book-actions">
        <Chip status={statusOf(ACTION_STATUS, story.draft_action)} />
        <a class="book-link" href="/rules/routes/draft">
          Open the draft
        </a>
      </div>
    </Banner>
  );
}

function Conditions({ route }: { route: RouteVersion }) {
  const place = route.area ? `${route.area.name} (${route.area.kind})` : "Anywhere";
  const land = route.land_types.map((one) => LANDS[one] ?? one.replaceAll("_", " ")).join(", ");
  return (
    <Section
      title="What it asks for, and who gets the work"
      aside={<Chip status={statusOf(ROUTE_STATUS, route.state)} />}
    >
      <dl class="facts">
        <Fact label="Category">{route.category?.label ?? route.group?.label ?? "Any category"}</Fact>
        <Fact label="Land">{route.land_types.length ? sentence(land) : "Any land"}</Fact>
        {route.land_owner && <Fact label="Owner of the land">{route.land_owner.name}</Fact>}
        <Fact label="Where">{place}</Fact>
        <Fact label="Severity">{route.severities.length ? route.severities.join(", ") : "Any"}</Fact>
        <Fact label="Goes to">
          {route.organisation.name}
          {route.team && `, ${route.team.name}`}
        </Fact>
        <Fact label="Service level">{targetInWords(route.service_level)}</Fact>
        <Fact label="Priority">{route.priority}</Fact>
        <Fact label="Holds">{datesInWords(route)}</Fact>
        {route.contract && <Fact label="Contract">{route.contract.name}</Fact>}
        <Fact label="Position">{route.position}</Fact>
      </dl>
    </Section>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Edit({ route }: { route: RouteVersion }) {
  const [ending, setEnding] = useState(false);
  return (
    <div class="book-actions">
      <LinkButton kind="primary" icon="repeat" href={`/rules/routes/${route.code}/change`}>
        Propose a change
      </LinkButton>
      <Button kind="danger" onClick={() => setEnding(true)}>
        Propose its end
      </Button>
      <EndSheet route={route} open={ending} onClose={() => setEnding(false)} />
    </div>
  );
}

/** Ends a route in the draft: after a last day, or as soon as the draft is published. */
function EndSheet({ route, open, onClose }: { route: RouteVersion; open: boolean; onClose: () => void }) {
  const [lastDay, setLastDay] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    setFailed(null);
    const begun = await ask<Draft>("/api/route-drafts", { method: "POST", json: {} });
    const json = { action: "end", valid_until: lastDay ? dayBeside(lastDay, 1) : null };
    const answer =
      begun.kind === "ok"
        ? await ask<Draft>(`/api/route-drafts/${begun.data.id}/changes/${route.code}`, {
            method: "PUT",
            json: { ...json, version: begun.data.version },
          })
        : begun;
    setBusy(false);
    const words = failure(answer, NOTHING_CHANGED);
    if (words === null) navigate("/rules/routes/draft");
    else setFailed(words);
  };
  return (
    <Sheet open={open} title={`End “${route.name}”`} onClose={onClose}>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <Field
        label="Its last day"
        type="date"
        hint="Leave it empty to take the route out as soon as the draft is published."
        value={lastDay}
        onInput={setLastDay}
      />
      <p>Reports that only this route serves will wait in triage for a person. A trial of the draft shows which.</p>
      <Button kind="primary" large busy={busy} onClick={() => void end()}>
        Put its end into the draft
      </Button>
    </Sheet>
  );
}

function Versions({ story, decisions }: { story: RouteStory; decisions: Decisions | null }) {
  const of = (number: number) => decisions?.versions.find((one) => one.number === number);
  return (
    <Section title={story.versions.length === 1 ? "Its one version" : `Its ${story.versions.length} versions`}>
      <ol class="versions">
        {story.versions.map((version) => (
          <li key={version.number} class="version">
            <div class="row-apart">
              <h3>Version {version.version}</h3>
              <Chip status={statusOf(ROUTE_STATUS, version.state)} />
            </div>
            <p class="quiet-text small-text">
              Route {version.number}. {publishedInWords(version)}
            </p>
            {version.published?.note && <p>“{version.published.note}”</p>}
            {version.changes.length > 0 && <Differences rows={version.changes} will="became" />}
            {decisions && <p>{decidedInWords(of(version.number), decisions.days)}</p>}
          </li>
        ))}
      </ol>
      {story.versions.length === 0 && <Empty title="No version" />}
    </Section>
  );
}

function publishedInWords(version: RouteVersion): string {
  const { published, retired_at } = version;
  const until = retired_at ? ` It was replaced on ${longDay(retired_at.slice(0, 10))}.` : "";
  if (!published) return `It was there before the first edition.${until}`;
  const by = published.published_by ? ` by ${published.published_by.name}` : "";
  return `Edition ${published.number}, ${longDay(published.published_at.slice(0, 10))}${by}.${until}`;
}

function decidedInWords(counts: Decisions["versions"][number] | undefined, days: number): string {
  if (!counts || counts.jobs === 0) return "It has not decided for any job.";
  return (
    `It decided for ${counted(counts.jobs, "job")}, ${counts.jobs_lately.toLocaleString("en-GB")} of them in the last ` +
    `${days} days; ${counts.unfinished.toLocaleString("en-GB")} ${counts.unfinished === 1 ? "is" : "are"} not done yet.`
  );
}
