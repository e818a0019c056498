import { useState } from "preact/hooks";
import { navigate, setQuery, useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { measureAgain, positionStatus } from "../../device/position";
import { useKeepAhead } from "../../device/previews";
import { type JobView, jobs, kick, perform, serverNow, session, syncState } from "../../sync";
import { Banner, Button, Choices, Empty, LinkButton, LongList, Section, TopBar, useNow } from "../../ui";
import { DayMap } from "./DayMap";
import { beforePhotos, type Day, dayInWords, dayOf, firstWhose, type Whose } from "./day";
import { JobCard } from "./JobCard";
import { NextJob } from "./NextJob";
import { BUCKET_WORDS, BUCKETS, type Placed } from "./order";
import { councilMidnight } from "./place";
import { type DayOrder, useDayOrder } from "./useDayOrder";
import { at, tick } from "./useJob";

/** A crew's day: what to do now, and the rest in the order to drive. */
export function DayScreen() {
  const { query } = useRoute();
  const now = useNow(serverNow);
  const person = session.value.person;
  const midnight = councilMidnight(now);
  const asked = query.get("whose");
  const mine = person && dayOf(jobs.value, person, "mine", midnight);
  const team = person && dayOf(jobs.value, person, "team", midnight);
  const whose: Whose = asked === "mine" || asked === "team" ? asked : person ? firstWhose(jobs.value, person) : "mine";
  const day: Day = (whose === "mine" ? mine : team) ?? { started: [], todo: [], finished: [] };
  const order = useDayOrder(day.todo, day.started[0] ?? day.finished[0], now);
  useKeepAhead(beforePhotos([...day.started, ...order.todo.map((each) => each.job)]));
  if (!mine || !team) return null;
  const begun = day.started[0];
  const next = begun ?? order.todo[0]?.job;
  const rest = begun ? order.todo : order.todo.slice(1);
  return (
    <>
      <TopBar title="My day" status={<SyncLine />}>
        <Button kind="quiet" icon="refresh" iconOnly onClick={() => kick("asked")}>
          Check for new jobs
        </Button>
      </TopBar>
      <div class="page">
        <Choices
          label="Whose jobs"
          value={whose}
          choices={[
            { value: "mine", label: "Mine", count: toDo(mine) },
            { value: "team", label: "Team", count: toDo(team) },
          ]}
          onChange={(value) => setQuery({ whose: value })}
        />
        <Saved number={query.get("done")} what={query.get("what")} />
        {next && <NextJob job={next} away_m={order.todo.find((each) => each.job.id === next.id)?.away_m} now={now} />}
        {whose === "mine" && <GivenToYou jobs={day.todo} me={person?.id} />}
        {day.started.length > 1 && (
          <Section title="Also started">
            <List jobs={day.started.slice(1)} now={now} />
          </Section>
        )}
        {order.todo.length > 1 && <DayMap jobs={order.todo.map((each) => each.job)} now={now} />}
        {rest.length > 0 && <Rest order={{ ...order, todo: rest }} first={begun ? 1 : 2} now={now} />}
        {toDo(day) === 0 && <NothingToDo whose={whose} heard={syncState.value.heard_at !== null} />}
        <LinkButton icon="eye" wide href="/report-back">
          Tell wardens or police what you saw
        </LinkButton>
        {day.finished.length > 0 && (
          <Section title={`Finished today (${day.finished.length})`}>
            <List jobs={day.finished} now={now} />
          </Section>
        )}
      </div>
    </>
  );
}

function toDo(day: Day): number {
  return day.started.length + day.todo.length;
}

const BY_WORDS: Record<DayOrder["by"], string> = {
  place: "In the order to drive from where you are: what is late first, then the short way.",
  last_job: "In the order to drive from your last job: what is late first, then the short way.",
  due: "The soonest due first: this phone does not know where it is.",
};

/** What comes after the next one, bucket by bucket; `first` is the number of the first of them. */
function Rest({ order, first, now }: { order: DayOrder; first: number; now: Date }) {
  const numbered = order.todo.map((each, i) => ({ ...each, stop: first + i }));
  const denied = positionStatus.value === "denied" || positionStatus.value === "unavailable";
  return (
    <Section
      title="After that"
      aside={
        <span class="small-text">
          {dayInWords(
            order.todo.map((each) => each.job),
            now,
          )}
        </span>
      }
    >
      <p class="small-text quiet-text">
        {BY_WORDS[order.by]}
        {denied && order.by !== "place" && " Allow it in the browser's settings to get the order to drive."}
      </p>
      {denied && order.by !== "place" && (
        <Button icon="locate" onClick={measureAgain}>
          Try again
        </Button>
      )}
      {BUCKETS.map((bucket) => {
        const found = numbered.filter((each) => each.bucket === bucket);
        if (found.length === 0) return null;
        return (
          <section key={bucket} class="stack-tight">
            <h3 class={`bucket bucket-${bucket}`}>
              {BUCKET_WORDS[bucket]} <span class="tabular">({found.length})</span>
            </h3>
            <Numbered stops={found} label={BUCKET_WORDS[bucket]} now={now} />
          </section>
        );
      })}
    </Section>
  );
}

function Numbered(props: { stops: (Placed<JobView> & { stop: number })[]; label: string; now: Date }) {
  return (
    <LongList items={props.stops} keyOf={(each) => each.job.id} estimatePx={150} label={props.label}>
      {(each) => <JobCard job={each.job} now={props.now} stop={each.stop} away_m={each.away_m} />}
    </LongList>
  );
}

function List({ jobs: rows, now }: { jobs: readonly JobView[]; now: Date }) {
  return (
    <ul class="stack">
      {rows.map((job) => (
        <li key={job.id}>
          <JobCard job={job} now={now} />
        </li>
      ))}
    </ul>
  );
}

/** Jobs that a desk has given to this person and that nobody has accepted: one tap says "we have them". */
function GivenToYou({ jobs: rows, me }: { jobs: readonly JobView[]; me: string | undefined }) {
  const [failed, setFailed] = useState(false);
  const given = rows.filter((job) => job.status === "open" && job.assigned_to?.id === me);
  if (given.length < 2) return null;
  const acceptAll = async () => {
    try {
      for (const job of given) await perform("accept_job", { job_id: job.id, at: at() }, [], { basedOn: job.version });
      tick();
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <Banner kind={failed ? "late" : "info"} icon="inbox" title={`${given.length} jobs were given to you`} live="status">
      <p>{failed ? "This phone could not keep it. Free some storage and press again." : "Say that you have them."}</p>
      <Button icon="check" onClick={acceptAll}>{`Accept all ${given.length}`}</Button>
    </Banner>
  );
}

const SAVED: Record<string, (number: string) => string> = {
  returned: (number) => `${number} is handed back.`,
  safe: (number) => `${number} is made safe. It stays to be finished.`,
  told: () => "What you saw is passed on.",
};

function Saved({ number, what }: { number: string | null; what: string | null }) {
  if (!number) return null;
  const words = SAVED[what ?? ""]?.(number) ?? `${number} is done.`;
  return (
    <Banner kind="good" title={words} live="status">
      <p>It is kept on this phone and goes to the server by itself.</p>
    </Banner>
  );
}

function NothingToDo({ whose, heard }: { whose: Whose; heard: boolean }) {
  if (!heard) {
    return (
      <Empty icon="offline" title="No jobs on this phone yet">
        <p>Jobs come here with the first signal and stay, so that the rest of the day works without.</p>
      </Empty>
    );
  }
  if (whose === "mine") {
    return (
      <Empty icon="check" title="Nothing is assigned to you">
        <p>Jobs that you accept or start come here.</p>
        <Button onClick={() => navigate("/jobs?whose=team", { replace: true })}>See the team's jobs</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="check" title="Nothing to do">
      <p>New jobs come here by themselves, in the order to drive.</p>
    </Empty>
  );
}
