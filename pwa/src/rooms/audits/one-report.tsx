import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { DefectStory, StoryLine } from "../../api/types";
import { useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { accuracyWords } from "../../device/accuracy";
import { categories, type DefectView, defects, photosHere, serverNow } from "../../sync";
import {
  ActionBar,
  Banner,
  Chip,
  Due,
  Empty,
  exactTime,
  Fact,
  LinkButton,
  Photo,
  SEVERITY,
  Section,
  Story,
  statusOf,
  TopBar,
} from "../../ui";
import { BeforeAfter, DoneOrNot } from "./look-again";
import { canChange } from "./report-change";
import { reportState } from "./report-state";

interface Heard {
  story: StoryLine[];
  row: DefectStory | null;
  /** No answer from the server: what the phone has is all there is. */
  offline: boolean;
  missing: boolean;
}

/** The defect's story from the server, asked again whenever its row changes. */
function useStory(id: string, version: number): Heard {
  const [told, setTold] = useState<Heard>({ story: [], row: null, offline: false, missing: false });
  useEffect(() => {
    let here = true;
    void ask<DefectStory>(`/api/defects/${encodeURIComponent(id)}`).then((answer) => {
      if (!here) return;
      if (answer.kind === "ok") setTold({ story: answer.data.story, row: answer.data, offline: false, missing: false });
      else setTold((old) => ({ ...old, offline: answer.kind === "offline", missing: answer.kind === "problem" }));
    });
    return () => {
      here = false;
    };
  }, [id, version]);
  return told;
}

function Photos({ row }: { row: DefectView }) {
  const finished = row.photos.some((photo) => photo.role === "after");
  if (finished) return <BeforeAfter row={row} />;
  return (
    <div class="report-photos">
      {row.photos.map((photo, index) => (
        <Photo
          key={photo.id}
          size="large"
          src={photo.view}
          state={photo.state}
          alt={`Photo ${index + 1} of the problem`}
        />
      ))}
    </div>
  );
}

function Facts({ row }: { row: DefectView }) {
  const organisation = row.job?.organisation;
  return (
    <dl class="facts">
      {organisation && <Fact label="Who has it">{organisation.name}</Fact>}
      {row.job?.due_at && row.status === "routed" && (
        <Fact label="Due">
          <Due due={row.job.due_at} now={serverNow()} />
        </Fact>
      )}
      <Fact label="How bad">
        <Chip status={statusOf(SEVERITY, String(row.severity))} />
      </Fact>
      <Fact label="Place">
        {row.street_text || row.ward?.name || "On the map"}
        {row.place.accuracy_m !== null && (
          <span class="quiet-text small-text">, {accuracyWords(row.place.accuracy_m).words.split(",")[0]}</span>
        )}
      </Fact>
      <Fact label="Seen">{exactTime(row.observed_at)}</Fact>
      {row.seen_again > 0 && (
        <Fact label="Seen again">{row.seen_again === 1 ? "once" : `${row.seen_again} times`}</Fact>
      )}
    </dl>
  );
}

function Told({ lines, offline }: { lines: readonly StoryLine[]; offline: boolean }) {
  if (lines.length === 0) {
    return offline ? <p class="quiet-text">Its story so far comes with the next signal.</p> : null;
  }
  return (
    <Section title="Its story">
      <Story steps={lines} />
    </Section>
  );
}

/** One report: photos, who has it and by when, its story, and the answer to "it is fixed". */
export function OneReport() {
  const { params } = useRoute();
  const id = params.id ?? "";
  const local = defects.value.find((defect) => defect.id === id);
  const told = useStory(id, local?.version ?? 0);
  const row: DefectView | null = local ?? (told.row ? { ...told.row, local: null } : null);
  if (!row) {
    return (
      <>
        <TopBar title="Report" back="/reports" status={<SyncLine />} />
        <Empty icon="search" title={told.missing ? "This report is not here" : "Looking for this report"}>
          {told.offline && "It is not on this phone. It can be opened where there is signal."}
        </Empty>
      </>
    );
  }
  const category = categories.value.get(row.category);
  const here = row.photos.filter((photo) => photosHere.value.has(photo.id)).length;
  const state = reportState(row, serverNow(), here);
  return (
    <>
      <TopBar title={row.number || "Not sent yet"} back={row.mine ? "/reports" : "/nearby"} status={<SyncLine />} />
      <div class="page">
        <div class="stack-tight">
          <h2>{category?.label ?? row.category}</h2>
          <p>
            <Chip status={state.status} />
          </p>
          <p>{state.words}</p>
        </div>
        {state.needs === "outbox" && (
          <Banner kind="risk" title="There is more about this in the outbox">
            <a href="/outbox">Open the outbox to see what can be done</a>
          </Banner>
        )}
        <Photos row={row} />
        {row.note && <p class="report-note">{row.note}</p>}
        <Facts row={row} />
        {canChange(row) && (
          <LinkButton icon="edit" href={`/reports/${row.id}/change`}>
            Change
          </LinkButton>
        )}
        {row.triage_reason && row.status === "open" && <p class="quiet-text">{row.triage_reason}</p>}
        <Told lines={told.story} offline={told.offline} />
        <LinkButton icon="nearby" href={`/nearby?show=map&at=${row.place.longitude},${row.place.latitude}`}>
          Show it on the map
        </LinkButton>
      </div>
      {row.mine && row.status === "resolved" && (
        <ActionBar>
          <DoneOrNot row={row} />
        </ActionBar>
      )}
    </>
  );
}
