import "./revisit.css";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { Card, type Column, counted, Empty, LinkButton, longDay, Section, Table, TopBar } from "../../../ui";
import { Grade } from "./Grade";
import type { AreaAudits, AuditInSeries } from "./shapes";
import { monthInWords, percentInWords } from "./words";

/** One area over all its audits: what got better, what got worse, what became of what was found. */
export default function AreaScreen({ id }: { id: string | null }) {
  const asked = useAsk<AreaAudits>(id ? `/api/areas/${id}/audits` : null);
  const data = asked.data;
  return (
    <>
      <TopBar
        title={data?.area.name ?? "Area"}
        back="/audits/due"
        backLabel="Re-visits due"
        status={
          data && (
            <span>
              {counted(data.audits.length, "audit", "audits")}
              {data.area.hectares ? `, ${data.area.hectares} hectares` : ""}
            </span>
          )
        }
      />
      <div class="page revisit-wide">
        <Stale asked={asked} what="The area" />
        {data && <Series data={data} />}
      </div>
    </>
  );
}

function Series({ data }: { data: AreaAudits }) {
  const newest = [...data.audits].reverse();
  const [last, before] = newest.filter((audit) => audit.grade !== null || audit.percent !== null);
  if (newest.length === 0) {
    return (
      <Empty icon="eye" title="No audit of this area yet">
        <p>The first one appears here as soon as somebody walks it.</p>
        <LinkButton icon="start" href={`/audits/new?area=${data.area.id}`}>
          Begin an audit here
        </LinkButton>
      </Empty>
    );
  }
  return (
    <>
      {data.sentences.length > 0 && (
        <Section title="What changed">
          <ul class="sentences">
            {data.sentences.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
          <div class="revisit-actions">
            {last && before && (
              <LinkButton icon="duplicate" href={`/audits/compare?left=${before.id}&right=${last.id}`}>
                Compare the last two
              </LinkButton>
            )}
            <LinkButton icon="duplicate" href={`/audits/compare?left=${data.area.id}`}>
              Compare with another area
            </LinkButton>
          </div>
        </Section>
      )}
      <Section title="Every audit">
        <ul class="revisit-cards">
          {newest.map((audit) => (
            <li key={audit.id}>
              <AuditCard audit={audit} />
            </li>
          ))}
        </ul>
      </Section>
      <Sections data={data} />
      <p class="small-text quiet-text">
        The broken-window index is the points of the defects found (8, 4, 2 or 1 by severity) for each hectare of the
        area. Less is better.
      </p>
    </>
  );
}

function AuditCard({ audit }: { audit: AuditInSeries }) {
  const { carried } = audit;
  const walkedAs = audit.revisit_of ? `Re-visit of ${audit.revisit_of.number}` : audit.title;
  return (
    <Card href={`/audits/${audit.id}`} class="series-card">
      <div class="row-apart">
        <h3>
          {audit.number}, {longDay(audit.walked_on)}
        </h3>
        <Grade grade={audit.grade} percent={audit.percent} />
      </div>
      <p class="small-text">
        {[walkedAs, audit.checklist?.title].filter((words, i, all) => words && all.indexOf(words) === i).join(", ")}
      </p>
      {audit.percent !== null && <Bar percent={audit.percent} />}
      <p class="small-text">
        {counted(audit.defects, "defect", "defects")} found
        {audit.index !== null && `, index ${audit.index}`}
        {carried.asked > 0 && `. Of ${carried.asked} carried: ${carriedInWords(carried)}`}.
      </p>
      {audit.audit_state !== "signed" && <p class="small-text quiet-text">Not signed off yet.</p>}
    </Card>
  );
}

function carriedInWords(carried: AuditInSeries["carried"]): string {
  const parts = [
    [carried.done, "done"],
    [carried.not_done, "not done"],
    [carried.worse, "worse"],
    [carried.removed_on_purpose, "removed on purpose"],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, words]) => `${count} ${words}`)
      .join(", ") || "none looked at"
  );
}

/** The percentage as a length; the figure stands beside it in the chip. */
function Bar({ percent }: { percent: number }) {
  return (
    <div class="series-bar" aria-hidden="true">
      <div style={{ inlineSize: `${Math.max(0, Math.min(100, percent))}%` }} />
    </div>
  );
}

type SectionRow = AreaAudits["sections"][number] | { code: "index"; title: string };

/** As many columns as a desk shows without scrolling; the cards above have every audit. */
const COLUMNS = 4;

/** Each section over the last audits: the rows are sections, the columns audits, oldest first. */
function Sections({ data }: { data: AreaAudits }) {
  const all = data.audits.filter((audit) => audit.sections.length > 0);
  const graded = all.slice(-COLUMNS);
  if (graded.length === 0) return null;
  const asked = new Set(graded.flatMap((audit) => audit.sections.map((section) => section.code)));
  const rows: SectionRow[] = [
    ...data.sections.filter((section) => asked.has(section.code)),
    { code: "index", title: "Broken-window index" },
  ];
  const columns: Column<SectionRow>[] = [
    { key: "title", head: "Section", rowHead: true, cell: (row) => row.title },
    ...graded.map((audit) => ({
      key: audit.id,
      head: `${audit.number}, ${monthInWords(audit.walked_on)}`,
      cell: (row: SectionRow) => <SectionCell audit={audit} code={row.code} />,
    })),
  ];
  return (
    <Section
      title="Section by section"
      aside={all.length > COLUMNS ? <span class="quiet-text">the last {COLUMNS}</span> : undefined}
    >
      <Table
        caption="Grades of each section, one column for each audit"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.code}
      />
    </Section>
  );
}

function SectionCell({ audit, code }: { audit: AuditInSeries; code: string }) {
  if (code === "index") return <span class="tabular">{audit.index ?? "not known"}</span>;
  const section = audit.sections.find((each) => each.code === code);
  if (!section) return <span class="quiet-text">not asked</span>;
  if (!section.grade) return <span>{percentInWords(section.percent) || "not graded"}</span>;
  return <Grade grade={section.grade} percent={section.percent} />;
}
