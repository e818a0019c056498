import type { Defect, DefectStory } from "../../api/types";
import { type Asked, useAsk } from "../../api/useAsk";
import { useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { MapPane } from "../../map";
import { defects, reference, serverNow, session } from "../../sync";
import {
  Banner,
  Card,
  Chip,
  ClockBar,
  cameBackInWords,
  DEFECT_STATUS,
  Due,
  Empty,
  exactTime,
  Fact,
  JOB_KIND,
  JOB_STATUS,
  LinkButton,
  PhotoSet,
  pausesOf,
  Section,
  Story,
  statusOf,
  TopBar,
  useNow,
} from "../../ui";
import { severityOf } from "./DefectRows";
import { titleOf } from "./JobRows";
import { MaybeSame } from "./MaybeSame";
import { SameAsAnother } from "./SameAsAnother";

const UNFINISHED = new Set(["open", "accepted", "in_progress", "paused"]);
const DESK = new Set(["dispatcher", "manager", "administrator", "councillor"]);

/** A report and everything that came of it, for whoever follows a link to it. */
export function DefectScreen({ id }: { id: string }) {
  const asked = useAsk<DefectStory>(`/api/defects/${id}`, 30_000);
  const now = useNow(serverNow);
  const role = session.value.person?.role ?? "warden";
  const home = session.value.person?.home ?? "today";
  const from = useRoute().query.get("from") ?? "";
  const start = DESK.has(role) ? "/map" : `/${home}`;
  const back = from.startsWith("/") && !from.startsWith("//") ? from : start;
  const defect: Defect | undefined = asked.data ?? defects.value.find((candidate) => candidate.id === id);
  if (!defect) return <NotHere asked={asked} back={back} />;
  return (
    <>
      <TopBar
        title={titleOf(defect)}
        back={back}
        status={
          <span class="row">
            <strong>{defect.street_text || defect.ward?.name}</strong>
            <span class="tabular">{defect.number}</span>
            <Chip status={statusOf(DEFECT_STATUS, defect.status)} />
            <Chip status={severityOf(defect)} />
          </span>
        }
      />
      <div class="desk-page">
        <div class="stack">
          {asked.state === "offline" && <Stale asked={asked} what="The newest state" />}
          {defect.duplicate_of && (
            <Banner kind="info" icon="duplicate" title={`Joined to ${defect.duplicate_of.number}`}>
              <p>
                It is the same thing, and{" "}
                <a href={`/defects/${defect.duplicate_of.id}`}>{defect.duplicate_of.number}</a> stands for both.
              </p>
            </Banner>
          )}
          {defect.recurrence && (
            <Banner kind="risk" icon="repeat" title={cameBackInWords(defect.recurrence)}>
              <p>
                <a href={`/defects/${defect.recurrence.of.id}`}>{defect.recurrence.of.number}</a> was fixed here
                {defect.recurrence.fixed_at && ` on ${exactTime(defect.recurrence.fixed_at)}`}.
              </p>
            </Banner>
          )}
          <MaybeSame defect={defect} others={asked.data?.maybe_same ?? []} onDone={asked.again} />
          <PhotoSet
            photos={defect.photos}
            missing={defect.photos_missing}
            what={defect.street_text || "the place"}
            phone={defect.mine ? "your phone" : `${defect.raised_by.name}'s phone`}
          />
          <TheJob defect={defect} asked={asked} now={now} mayOpen={role !== "warden" && role !== "officer"} />
          <Facts defect={defect} />
          <div>
            <SameAsAnother defect={defect} role={role} onDone={asked.again} />
          </div>
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
            label={`Map around ${defect.street_text || defect.number}`}
            settings={reference.value?.map ?? null}
            centre={defect.place}
            points={[{ id: defect.id, ...defect.place, state: "on_time", label: defect.street_text }]}
            selected={defect.id}
          />
        </div>
      </div>
    </>
  );
}

function NotHere({ asked, back }: { asked: Asked<unknown>; back: string }) {
  return (
    <>
      <TopBar title="Report" back={back} />
      <div class="page">
        {asked.state === "problem" ? (
          <Empty title={asked.problem?.title ?? "There is no such report"}>
            <p>{asked.problem?.detail ?? "It may not be yours to see."}</p>
            <LinkButton kind="primary" href={back}>
              Go back
            </LinkButton>
          </Empty>
        ) : (
          <Stale asked={asked} what="The report" />
        )}
      </div>
    </>
  );
}

function TheJob(props: { defect: Defect; asked: Asked<DefectStory>; now: Date; mayOpen: boolean }) {
  const { defect, asked, now, mayOpen } = props;
  const { job } = defect;
  if (!job) {
    return (
      <Section title="Whose it is">
        <Card>
          <p>{defect.triage_reason ? `In triage: ${defect.triage_reason}` : "Nobody has it yet."}</p>
        </Card>
      </Section>
    );
  }
  return (
    <Section title={`With ${job.organisation.name}`} aside={<Chip status={statusOf(JOB_STATUS, job.status)} />}>
      <Card>
        {job.due_at && (
          <ClockBar
            startedAt={defect.received_at || defect.observed_at}
            dueAt={job.due_at}
            doneAt={job.done_at}
            pauses={pausesOf(asked.data?.story ?? [], null)}
            now={now}
          />
        )}
        {mayOpen && (
          <p>
            <a href={`/jobs/${job.id}`}>Open the job {job.number}</a>
          </p>
        )}
      </Card>
      <OtherJobs defect={defect} now={now} mayOpen={mayOpen} />
    </Section>
  );
}

/** The jobs beside the one that matters now: what made it safe, what finishes the work. */
function OtherJobs({ defect, now, mayOpen }: { defect: Defect; now: Date; mayOpen: boolean }) {
  const others = (defect.jobs ?? []).filter((job) => job.id !== defect.job?.id && job.status !== "cancelled");
  if (others.length === 0) return null;
  const kind = statusOf(JOB_KIND, defect.job?.kind ?? "complete").word;
  return (
    <Card>
      <p>
        That is the job “{kind}”. {others.length === 1 ? "There is one more:" : "There are more:"}
      </p>
      <ul class="stack-tight">
        {others.map((job) => (
          <li key={job.id} class="row">
            <Chip status={statusOf(JOB_KIND, job.kind ?? "complete")} />
            {mayOpen ? <a href={`/jobs/${job.id}`}>{job.number}</a> : <span class="tabular">{job.number}</span>}
            <span>with {job.organisation.short_name}</span>
            <Chip status={statusOf(JOB_STATUS, job.status)} />
            {job.due_at && UNFINISHED.has(job.status) && <Due due={job.due_at} now={now} still />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Facts({ defect }: { defect: Defect }) {
  const accuracy = defect.place.accuracy_m;
  return (
    <Section title="About it">
      <Card>
        {defect.note && <p>{defect.note}</p>}
        <dl class="facts">
          <Fact label="Seen by">{defect.raised_by.name}</Fact>
          <Fact label="Seen">{exactTime(defect.observed_at)}</Fact>
          {defect.received_at && <Fact label="Received">{exactTime(defect.received_at)}</Fact>}
          <Fact label="Ward">{defect.ward?.name ?? "Outside the wards"}</Fact>
          <Fact label="Land">{defect.land_type?.replaceAll("_", " ") ?? "Not known"}</Fact>
          <Fact label="Place">{accuracy === null ? "Put in by hand" : `within ${Math.round(accuracy)} m`}</Fact>
          {defect.seen_again > 0 && (
            <Fact label="Seen again">{defect.seen_again === 1 ? "once" : `${defect.seen_again} times`}</Fact>
          )}
        </dl>
      </Card>
    </Section>
  );
}
