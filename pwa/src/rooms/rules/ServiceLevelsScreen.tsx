import "./targets.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../api/useAsk";
import { Stale } from "../../app/stale";
import { Banner, Button, Card, Empty, Fact, Tag, TopBar } from "../../ui";
import { ServiceLevelSheet } from "./ServiceLevelSheet";
import { type Calendars, dayInWords, hoursText, type Level, type Levels, type LevelVersion } from "./targets";

/** Every target: what holds now, what will, what held before; a change is a new version. */
export default function ServiceLevelsScreen() {
  const asked = useAsk<Levels>("/api/service-levels", 60_000);
  const calendars = useAsk<Calendars>("/api/calendars", 300_000);
  const [editing, setEditing] = useState<Level | "new" | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const levels = asked.data?.results ?? [];
  const mayChange = asked.data?.may_change ?? false;
  return (
    <>
      <TopBar
        title="Service levels"
        back="/rules"
        backLabel="All rules"
        status={<span>By when work is accepted, made safe and done</span>}
      />
      <div class="page targets-page">
        {said && <Banner kind="good" title={said} live="status" />}
        <div class="row-apart">
          <p class="quiet-text">
            A change is a new version. Jobs keep the version that they were opened with.{" "}
            <a href="/rules/calendars">Calendars and “try it”</a>
          </p>
          {mayChange && (
            <Button icon="plus" onClick={() => setEditing("new")}>
              Add a service level
            </Button>
          )}
        </div>
        <Stale asked={asked} what="The service levels" />
        {asked.data && levels.length === 0 && (
          <Empty icon="clock" title="There are no service levels yet">
            <p>They come with the library of routes, or you add the first one here.</p>
          </Empty>
        )}
        <ul class="target-cards">
          {levels.map((level) => (
            <li key={level.code}>
              <LevelCard level={level} onChange={mayChange ? () => setEditing(level) : null} />
            </li>
          ))}
        </ul>
      </div>
      <ServiceLevelSheet
        editing={editing}
        calendars={calendars.data?.results ?? []}
        onClose={() => setEditing(null)}
        onDone={(words) => {
          setEditing(null);
          setSaid(words);
          asked.again();
        }}
      />
    </>
  );
}

function LevelCard({ level, onChange }: { level: Level; onChange: (() => void) | null }) {
  const shown = level.in_force ?? level.versions[0];
  if (!shown) return null;
  const waiting = level.versions.find((each) => each.state === "waiting");
  const others = level.versions.filter((each) => each !== shown && each !== waiting && each.version !== shown.version);
  return (
    <Card class="target-card">
      <div class="row-apart">
        <h2>{shown.name}</h2>
        {!level.in_force && (
          <Tag icon="clock" tone="risk">
            {STATE[shown.state]}
          </Tag>
        )}
      </div>
      <dl class="facts">
        <Fact label="Done within">{shown.complete.words}</Fact>
        {shown.make_safe && <Fact label="Made safe within">{shown.make_safe.words}</Fact>}
        {shown.acknowledge && <Fact label="Accepted within">{shown.acknowledge.words}</Fact>}
        <Fact label="In a declared hotspot">{shown.halved_words}</Fact>
        <Fact label="At risk from">{warned(shown)}</Fact>
        <Fact label="Calendar">{shown.calendar_name}</Fact>
        <Fact label="Version">
          {shown.version}, from {dayInWords(shown.valid_from)}
        </Fact>
      </dl>
      {waiting && (
        <Banner kind="info" title={`From ${dayInWords(waiting.valid_from)}: ${waiting.complete.words}`}>
          <p>Version {waiting.version} follows for reports that are received from that day on.</p>
        </Banner>
      )}
      {others.length > 0 && (
        <details class="target-versions">
          <summary>{others.length === 1 ? "1 other version" : `${others.length} other versions`}</summary>
          <ul class="stack-tight">
            {others.map((each) => (
              <li key={each.version}>
                Version {each.version}: {each.name}, {each.complete.words}, {dates(each)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {onChange && (
        <Button icon="edit" onClick={onChange}>
          Change<span class="sr-only"> {shown.name}</span>
        </Button>
      )}
    </Card>
  );
}

const STATE: Record<LevelVersion["state"], string> = {
  in_force: "In force",
  waiting: "Not begun yet",
  over: "Over",
  withdrawn: "Withdrawn",
};

function warned(version: LevelVersion): string {
  if (version.warn_before_minutes === 0) return "the moment it is due";
  return `${hoursText(version.warn_before_minutes)} h before it is due`;
}

function dates(version: LevelVersion): string {
  if (version.state === "withdrawn") return `withdrawn before it began on ${dayInWords(version.valid_from)}`;
  const until = version.valid_until ? ` up to the day before ${dayInWords(version.valid_until)}` : "";
  return `from ${dayInWords(version.valid_from)}${until}`;
}
