import { navigate, setQuery, useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { jobs, kick, serverNow, session, syncState } from "../../sync";
import { Banner, Button, Choices, Empty, Section, TopBar, useNow } from "../../ui";
import { dayInWords, dayOf, firstWhose, type Whose } from "./day";
import { JobCard } from "./JobCard";
import { councilMidnight } from "./place";

/** A crew's day: what to do, the soonest due first. */
export function DayScreen() {
  const { query } = useRoute();
  const now = useNow(serverNow);
  const person = session.value.person;
  if (!person) return null;
  const asked = query.get("whose");
  const whose: Whose = asked === "mine" || asked === "team" ? asked : firstWhose(jobs.value, person);
  const day = dayOf(jobs.value, person, whose, councilMidnight(now));
  const mine = dayOf(jobs.value, person, "mine", councilMidnight(now));
  const team = dayOf(jobs.value, person, "team", councilMidnight(now));
  const toDo = (one: typeof day) => one.started.length + one.todo.length;
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
        {day.started.length > 0 && (
          <Section title="Started">
            <List jobs={day.started} now={now} />
          </Section>
        )}
        {day.todo.length > 0 && (
          <Section
            title={day.started.length ? "Next" : "To do"}
            aside={<span class="small-text">{dayInWords(day.todo, now)}</span>}
          >
            <List jobs={day.todo} now={now} />
          </Section>
        )}
        {toDo(day) === 0 && <NothingToDo whose={whose} heard={syncState.value.heard_at !== null} />}
        {day.finished.length > 0 && (
          <Section title={`Finished today (${day.finished.length})`}>
            <List jobs={day.finished} now={now} />
          </Section>
        )}
      </div>
    </>
  );
}

function List({ jobs: rows, now }: { jobs: ReturnType<typeof dayOf>["todo"]; now: Date }) {
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

function Saved({ number, what }: { number: string | null; what: string | null }) {
  if (!number) return null;
  const words = what === "returned" ? `${number} is handed back.` : `${number} is done.`;
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
      <p>New jobs come here by themselves, the soonest due first.</p>
    </Empty>
  );
}
