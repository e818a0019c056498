import { Card, Icon, type IconName, TopBar } from "../../ui";

interface Entry {
  href: string;
  icon: IconName;
  title: string;
  words: string;
}

const WHOSE_JOB: Entry[] = [
  {
    href: "/rules/routes",
    icon: "directions",
    title: "Routes",
    words: "Whose job a report is, by what it is, whose land it lies on and where. Changes are tried before they hold.",
  },
  {
    href: "/rules/demarcations",
    icon: "reports",
    title: "Register of decisions",
    words: "Places where somebody decided whose work it is. Later reports there follow the decision.",
  },
  {
    href: "/rules/contracts",
    icon: "team",
    title: "Contracts",
    words: "Who works for the council from when to when, and what becomes of open jobs when a contract ends.",
  },
  {
    href: "/rules/deciders",
    icon: "user",
    title: "Who decides in the end",
    words: "The person who decides where two organisations hand a job to and fro.",
  },
];

const BY_WHEN: Entry[] = [
  {
    href: "/rules/service-levels",
    icon: "clock",
    title: "Service levels",
    words: "How soon a job is accepted, made safe and done, and from when it counts as at risk.",
  },
  {
    href: "/rules/calendars",
    icon: "list",
    title: "Calendars",
    words: "Working hours, bank holidays and closures that the clocks go by.",
  },
  {
    href: "/rules/hotspots",
    icon: "hotspot",
    title: "Declared hotspots",
    words: "Places where work is more urgent for a while: one severity up, half the time.",
  },
  {
    href: "/rules/escalations",
    icon: "bell",
    title: "Escalations",
    words: "Who is told when a job is late, and who after that.",
  },
];

/** Every screen on which rules are made, by the question that it answers. */
export default function HubScreen() {
  return (
    <>
      <TopBar title="Rules" status={<span>By which rules work is given out, and by when it is due</span>} />
      <div class="page rules-hub">
        <Group title="Whose job is it" entries={WHOSE_JOB} />
        <Group title="By when" entries={BY_WHEN} />
      </div>
    </>
  );
}

function Group({ title, entries }: { title: string; entries: Entry[] }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      <ul class="rules-cards">
        {entries.map((entry) => (
          <li key={entry.href}>
            <Card href={entry.href} class="rules-card">
              <Icon name={entry.icon} size="1.6em" />
              <span class="rules-card-words">
                <strong>{entry.title}</strong>
                <span class="quiet-text">{entry.words}</span>
              </span>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
