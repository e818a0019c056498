import { useState } from "preact/hooks";
import type { JobStory } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { useRoute } from "../../app/router";
import { MapPane } from "../../map";
import { type JobView, reference, serverNow } from "../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Chip,
  ClockBar,
  cameBackInWords,
  clockNow,
  Due,
  Empty,
  exactTime,
  Fact,
  JOB_KIND,
  JOB_STATUS,
  LinkButton,
  PhotoSet,
  pausesOf,
  SEVERITY,
  Section,
  Skeleton,
  Story,
  spanInWords,
  statusOf,
  TopBar,
  useNow,
} from "../../ui";
import { metresInWords } from "./closing";
import { DeskActions } from "./DeskActions";
import { isStopped, jobTitle } from "./JobCard";
import { LinkSheet } from "./LinkSheet";
import { useJob } from "./useJob";

/** A job as the desk reads it: what happened, side by side with what it looks like. */
export function DeskJobScreen({ id }: { id: string }) {
  const asked = useAsk<JobStory>(`/api/jobs/${id}`, 30_000);
  const here = useJob(id);
  const now = useNow(serverNow);
  const [sending, setSending] = useState(false);
  const from = useRoute().query.get("from") ?? "/backlog";
  const back = from.startsWith("/") && !from.startsWith("//") ? from : "/backlog";
  const job: JobView | undefined = asked.data ? { ...asked.data, local: null } : here;
  if (!job) {
    return (
      <>
        <TopBar title="Job" back={back} />
        <div class="page">
          {asked.state === "loading" ? (
            <Skeleton rows={3} words="Fetching the job" />
          ) : asked.state === "offline" ? (
            <Banner kind="offline" title="No connection">
              <p>This job has not been opened here before. It comes when the connection is back.</p>
            </Banner>
          ) : (
            <Empty title={asked.problem?.title ?? "There is no such job"}>
              <p>{asked.problem?.detail ?? "It may belong to another organisation."}</p>
              <LinkButton kind="primary" href="/backlog">
                See the backlog
              </LinkButton>
            </Empty>
          )}
        </div>
      </>
    );
  }
  return (
    <>
      <TopBar title={jobTitle(job)} back={back} backLabel="Back to the list" status={<Head job={job} now={now} />} />
      <div class="desk-page">
        <div class="stack">
          {asked.state === "offline" && (
            <Banner kind="offline" title="No connection">
              <p>{asked.at ? `This is from ${agoInWords(asked.at, now)}.` : "This is the last copy."}</p>
            </Banner>
          )}
          {job.hazard && <Banner kind="late" title={job.hazard} />}
          {job.recurrence && <Banner kind="risk" icon="repeat" title={cameBackInWords(job.recurrence)} />}
          {asked.data && <DeskActions job={job} onChanged={asked.again} />}
          <PhotoSet photos={job.photos} missing={job.photos_missing} what={job.street_text || "the place"} />
          {job.due_at && (
            <Section title="Clock">
              <Card>
                <ClockBar
                  startedAt={job.clock_started_at}
                  dueAt={job.due_at}
                  doneAt={job.done_at}
                  pauses={pausesOf(asked.data?.story ?? [], job.paused)}
                  now={now}
                  reasonWords={pauseWords}
                />
              </Card>
            </Section>
          )}
          <Facts job={job} />
          <Section title="Somebody without an account">
            <Card>
              <p class="quiet-text">A firm that does not use Sightline can do this one job by a link.</p>
              <Button icon="external" onClick={() => setSending(true)}>
                Send a link
              </Button>
            </Card>
          </Section>
          <LinkSheet job={job} open={sending} canMake={!isStopped(job)} onClose={() => setSending(false)} />
        </div>
        <div class="stack">
          <Section title="What happened">
            <Card>
              {asked.data ? (
                <Story steps={asked.data.story} />
              ) : (
                <p>The story is on the server; it comes when the connection is back.</p>
              )}
            </Card>
          </Section>
          <MapPane
            class="map-small"
            label={`Map around ${job.street_text || job.number}`}
            settings={reference.value?.map ?? null}
            centre={job.place}
            points={[{ id: job.id, ...job.place, state: "on_time", label: job.street_text }]}
            selected={job.id}
          />
        </div>
      </div>
    </>
  );
}

/** "Thu 26 November 2026" of 2026-11-26. */
function dayInWords(day: string): string {
  const told = { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", told).format(new Date(`${day}T00:00:00Z`));
}

/** Gross, and net where pauses were taken off; seconds in. */
function tookInWords(gross_s: number, net_s: number): string {
  const gross = spanInWords(gross_s * 1000);
  return gross_s - net_s < 60 ? gross : `${spanInWords(net_s * 1000)} net, ${gross} with its pauses`;
}

function pauseWords(code: string): string {
  const known = reference.value?.pause_reasons.find((reason) => reason.code === code);
  return known?.label ?? code.replaceAll("_", " ");
}

function Head({ job, now }: { job: JobView; now: Date }) {
  return (
    <span class="row">
      <strong>{job.street_text || job.ward?.name}</strong>
      <span class="tabular">{job.number}</span>
      {job.kind === "make_safe" && <Chip status={statusOf(JOB_KIND, job.kind)} />}
      <Chip status={statusOf(JOB_STATUS, job.status)} />
      <Chip status={statusOf(SEVERITY as Record<string, never>, String(job.severity))} />
      <span>with {job.organisation.short_name || job.organisation.name}</span>
      {job.due_at && !isStopped(job) && (
        <Due due={job.due_at} now={clockNow(now, job.paused)} atRiskAt={job.at_risk_at} still />
      )}
    </span>
  );
}

function Facts({ job }: { job: JobView }) {
  return (
    <Section title="About it">
      <Card>
        {job.note && <p>{job.note}</p>}
        {job.route_reason && <p class="quiet-text">{job.route_reason}</p>}
        <dl class="facts">
          <Fact label="Service level">{job.service_level?.name ?? "None set"}</Fact>
          <Fact label="Ward">{job.ward?.name ?? "Outside the wards"}</Fact>
          <Fact label="With">{job.assigned_to?.name ?? job.team?.name ?? "Nobody yet"}</Fact>
          <Fact label="Opened">{exactTime(job.opened_at)}</Fact>
          {job.acknowledge_due_at && !job.accepted_at && (
            <Fact label="To be accepted by">{exactTime(job.acknowledge_due_at)}</Fact>
          )}
          {job.gross_s !== undefined && job.net_s !== undefined && (
            <Fact label={job.done_at ? "Took" : "So far"}>{tookInWords(job.gross_s, job.net_s)}</Fact>
          )}
          {job.uplifted && <Fact label="In a hotspot">Its time was halved</Fact>}
          {job.planned_for && <Fact label="Put off to">{dayInWords(job.planned_for)}</Fact>}
          {job.done_at && (
            <Fact label="Done">
              {exactTime(job.done_at)}
              {job.done_by && ` by ${job.done_by.name}`}
            </Fact>
          )}
          {job.done_distance_m !== null && job.done_distance_m !== undefined && (
            <Fact label="After photo taken">
              {metresInWords(job.done_distance_m)} from the place
              {job.done_accuracy_m ? `, known within ${metresInWords(job.done_accuracy_m)}` : ""}
              {job.away_reason && `: ${job.away_reason}`}
            </Fact>
          )}
          {job.returned_reason && <Fact label="Handed back">{job.returned_reason.replaceAll("_", " ")}</Fact>}
        </dl>
        <p>
          <a href={`/defects/${job.defect_id}`}>See the report it came from</a>
        </p>
      </Card>
    </Section>
  );
}
