import "./revisit.css";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { reference } from "../../../sync";
import {
  Banner,
  Card,
  Chip,
  type Column,
  counted,
  Empty,
  longDay,
  type Option,
  Section,
  Select,
  Table,
  TopBar,
} from "../../../ui";
import { Grade } from "./Grade";
import type { Comparison, Side } from "./shapes";
import { CHANGE, percentInWords } from "./words";

/** Two audits of an area beside each other, or a problem area beside one that got better. */
export default function CompareScreen() {
  const { query } = useRoute();
  const left = query.get("left");
  const right = query.get("right");
  const both = left && right && left !== right;
  const asked = useAsk<Comparison>(both ? `/api/audits/compare?left=${left}&right=${right}` : null);
  const data = both ? asked.data : null;
  return (
    <>
      <TopBar
        title="Compare"
        back="/audits/due"
        backLabel="Re-visits due"
        status={<span>Two audits of one area, or a problem area with one that got better</span>}
      />
      <div class="page revisit-wide">
        <Choosing left={left} right={right} data={data} />
        {left && left === right && <Banner kind="info" title="Choose two that differ" />}
        {!both && left !== right && (
          <Empty icon="duplicate" title="Choose two areas">
            Each stands for its last signed audit. From an area's page you get to two of its own audits.
          </Empty>
        )}
        {both && <Stale asked={asked} what="The comparison" />}
        {data && <Compared data={data} />}
      </div>
    </>
  );
}

/** Two areas from the list; an audit that came by the address stays as it is until another is chosen. */
function Choosing({ left, right, data }: { left: string | null; right: string | null; data: Comparison | null }) {
  const areas = (reference.value?.areas ?? []).map((area) => ({ value: area.id, label: area.name }));
  const options = (chosen: string | null, name: string | undefined): Option[] => {
    const known = areas.some((area) => area.value === chosen);
    const extra = chosen && !known ? [{ value: chosen, label: name ?? "The audit that was chosen" }] : [];
    return [{ value: "", label: "Choose an area" }, ...extra, ...areas];
  };
  const named = (id: string | null) =>
    [data?.left, data?.right].find((side) => side?.audit?.id === id || side?.area?.id === id)?.name;
  return (
    <div class="compare-choosing">
      <Select
        label="One"
        value={left ?? ""}
        options={options(left, named(left))}
        onChange={(value) => setQuery({ left: value })}
      />
      <Select
        label="The other"
        value={right ?? ""}
        options={options(right, named(right))}
        onChange={(value) => setQuery({ right: value })}
      />
    </div>
  );
}

function Compared({ data }: { data: Comparison }) {
  return (
    <>
      <Section title="In short" aside={data.kind === "over_time" ? <Chip status={CHANGE[data.change]} /> : undefined}>
        <ul class="sentences">
          {data.sentences.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
        {data.cautions.length > 0 && (
          <Banner kind="info" title="Keep in mind">
            {data.cautions.map((words) => (
              <p key={words}>{words}</p>
            ))}
          </Banner>
        )}
      </Section>
      <div class="compare-sides">
        <SideCard side={data.left} />
        <SideCard side={data.right} />
      </div>
      <BySection data={data} />
      <ByCategory data={data} />
    </>
  );
}

function SideCard({ side }: { side: Side }) {
  const { audit } = side;
  return (
    <Card class="side-card">
      <h2>{side.name}</h2>
      {audit ? (
        <>
          <Grade grade={side.grade} percent={side.percent} />
          <p class="small-text">
            <a class="plain-link" href={`/audits/${audit.id}`}>
              {audit.number}
            </a>
            , {longDay(audit.walked_on)}
            {audit.checklist && `, ${audit.checklist.title}`}
          </p>
          <p>
            {counted(side.defects, "defect", "defects")} found
            {side.index !== null && `, index ${side.index} points per hectare`}
          </p>
        </>
      ) : (
        <p class="quiet-text">No signed audit yet.</p>
      )}
    </Card>
  );
}

type SectionRow = Comparison["sections"][number];

function BySection({ data }: { data: Comparison }) {
  if (data.sections.length === 0) return null;
  const over = data.kind === "over_time";
  const columns: Column<SectionRow>[] = [
    { key: "title", head: "Section", rowHead: true, cell: (row) => row.title },
    { key: "left", head: data.left.name, cell: (row) => <One value={row.left} /> },
    { key: "right", head: data.right.name, cell: (row) => <One value={row.right} /> },
    {
      key: "change",
      head: over ? "Change" : "Difference",
      cell: (row) => (over ? <Chip status={CHANGE[row.change]} /> : aheadInWords(row, data)),
    },
  ];
  return (
    <Section title="Section by section">
      <Table caption="Each section on both sides" columns={columns} rows={data.sections} keyOf={(row) => row.code} />
    </Section>
  );
}

function One({ value }: { value: SectionRow["left"] }) {
  if (!value) return <span class="quiet-text">not asked</span>;
  if (!value.grade) return <span>{percentInWords(value.percent) || "not graded"}</span>;
  return <Grade grade={value.grade} percent={value.percent} />;
}

/** Which of two areas is ahead: "better" is the right one's. */
function aheadInWords(row: SectionRow, data: Comparison): string {
  if (row.change === "better") return `${data.right.name} is ahead`;
  if (row.change === "worse") return `${data.left.name} is ahead`;
  return CHANGE[row.change].word;
}

type CategoryRow = Comparison["categories"][number];

function ByCategory({ data }: { data: Comparison }) {
  if (data.categories.length === 0) return null;
  const columns: Column<CategoryRow>[] = [
    { key: "category", head: "What was found", rowHead: true, cell: (row) => row.category },
    { key: "left", head: data.left.name, number: true, cell: (row) => row.left },
    { key: "right", head: data.right.name, number: true, cell: (row) => row.right },
  ];
  return (
    <Section title="What was found">
      <Table
        caption="Defects of each kind on both sides, the largest difference first"
        columns={columns}
        rows={data.categories}
        keyOf={(row) => row.category}
      />
    </Section>
  );
}
