import "./checklists.css";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Banner, counted, Empty, Section, Select, TopBar } from "../../../ui";
import { Differences } from "./Differences";
import type { ChecklistStory, Difference, VersionBrief } from "./shapes";
import { dayAndTime } from "./words";

/** What one version of a checklist changes against another, in words. */
export default function DifferenceScreen() {
  const { params, query } = useRoute();
  const code = params.code ?? "";
  const story = useAsk<ChecklistStory>(`/api/checklists/${code}`);
  const versions = story.data?.versions ?? [];
  const to = numberOf(query.get("to")) ?? versions[0]?.version ?? null;
  const from =
    numberOf(query.get("from")) ?? versions.find((each) => to !== null && each.version < to)?.version ?? null;
  const asked = useAsk<Difference>(
    from === null || to === null ? null : `/api/checklists/${code}/difference?from=${from}&to=${to}`,
  );
  const changes = asked.data?.changes;
  return (
    <>
      <TopBar
        title="What changed"
        back={`/checklists/${code}`}
        backLabel="The checklist"
        status={story.data && <span>{story.data.title}</span>}
      />
      <div class="page checklist-difference">
        <Stale asked={story} what="The versions" />
        {story.data && versions.length < 2 && (
          <Empty icon="repeat" title="There is one version so far">
            <p>What a change makes different is shown here, before and after it is published.</p>
          </Empty>
        )}
        {versions.length > 1 && (
          <div class="edit-two">
            <Pick label="From" value={from} versions={versions} onPick={(picked) => setQuery({ from: picked })} />
            <Pick label="To" value={to} versions={versions} onPick={(picked) => setQuery({ to: picked })} />
          </div>
        )}
        {from !== null && to !== null && <Stale asked={asked} what="The changes" />}
        {asked.data && <About difference={asked.data} />}
        {changes && (
          <Section title={changes.length ? counted(changes.length, "change") : "No changes"}>
            <Differences changes={changes} />
          </Section>
        )}
      </div>
    </>
  );
}

function numberOf(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function Pick(props: {
  label: string;
  value: number | null;
  versions: readonly VersionBrief[];
  onPick: (number: string) => void;
}) {
  return (
    <Select
      label={props.label}
      value={String(props.value ?? "")}
      options={props.versions.map((each) => ({
        value: String(each.version),
        label: `Version ${each.version}${each.state === "draft" ? " (draft)" : each.state === "published" ? " (in use)" : ""}`,
      }))}
      onChange={props.onPick}
    />
  );
}

/** Whom it concerns: a change of a running checklist never reaches walks that have begun. */
function About({ difference: { before, after } }: { difference: Difference }) {
  const walks = `Walks that began with version ${before.version} keep it`;
  if (after.state === "draft") {
    return <Banner kind="info" title={`Not published yet. ${walks}, also when it is.`} />;
  }
  const by = after.published_by ? ` by ${after.published_by.name}` : "";
  return (
    <Banner kind="info" title={`${walks}; the answers of each stand beside its own questions.`}>
      {after.published_at && (
        <p>
          Version {after.version} was published {dayAndTime(after.published_at)}
          {by}.{after.note && ` “${after.note}”`}
        </p>
      )}
    </Banner>
  );
}
