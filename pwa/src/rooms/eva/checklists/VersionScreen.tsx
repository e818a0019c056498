import "./checklists.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate, setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Banner, Button, Chip, counted, Icon, LinkButton, Section, Sheet, statusOf, TopBar } from "../../../ui";
import { FormAsRead } from "./FormAsRead";
import { type ChecklistStory, SOURCE_WORDS, VERSION_STATUS, type Version, type VersionBrief } from "./shapes";
import { dayAndTime } from "./words";

/** One version of a checklist as it is read, and all its versions. */
export default function VersionScreen() {
  const { params, query } = useRoute();
  const code = params.code ?? "";
  const story = useAsk<ChecklistStory>(`/api/checklists/${code}`);
  const number = shownNumber(story.data, query.get("version"));
  const version = useAsk<Version>(number === null ? null : `/api/checklists/${code}/versions/${number}`);
  const list = story.data;
  return (
    <>
      <TopBar
        title={list?.title ?? "Checklist"}
        back="/checklists"
        backLabel="Checklists"
        status={
          list && (
            <span>
              {counted(list.sections, "section")}, {counted(list.questions, "question")}
            </span>
          )
        }
      />
      <div class="desk-page checklist">
        <div class="stack">
          {query.get("said") === "published" && (
            <Banner kind="good" live="status" title="Published. Walks that begin from now on go by this version" />
          )}
          <Stale asked={story} what="The checklist" />
          {list?.may_edit && <Editing list={list} />}
          {number !== null && <Stale asked={version} what="Its questions" />}
          {version.data && <Read version={version.data} />}
        </div>
        {list && <Versions list={list} shown={number} again={story.again} />}
      </div>
    </>
  );
}

/** The version that is asked for, else the one in use, else the newest. */
function shownNumber(list: ChecklistStory | null, asked: string | null): number | null {
  if (!list) return null;
  const wanted = list.versions.find((each) => String(each.version) === asked);
  return (wanted ?? list.published ?? list.versions[0])?.version ?? null;
}

function Editing({ list }: { list: ChecklistStory }) {
  const { code, draft, published } = list;
  return (
    <div class="row">
      <LinkButton kind="primary" icon="edit" href={`/checklists/${code}/edit`}>
        {draft ? "Go on with the draft" : "Change it"}
      </LinkButton>
      {draft && published && (
        <LinkButton icon="repeat" href={`/checklists/${code}/difference?from=${published.version}&to=${draft.version}`}>
          What the draft changes
        </LinkButton>
      )}
    </div>
  );
}

function Read({ version }: { version: Version }) {
  return (
    <>
      {version.state !== "published" && (
        <Banner
          kind="info"
          title={
            version.state === "draft"
              ? "This is the draft: no walk goes by it yet"
              : `This is version ${version.version}: walks that began with it keep it, new ones go by a later one`
          }
        />
      )}
      <FormAsRead definition={version.content} />
    </>
  );
}

function Versions({ list, shown, again }: { list: ChecklistStory; shown: number | null; again: () => void }) {
  const [throwing, setThrowing] = useState(false);
  return (
    <div class="stack">
      <Section title="Versions">
        <ol class="checklist-versions">
          {list.versions.map((version, index) => (
            <li key={version.version_id}>
              <OneVersion
                code={list.code}
                version={version}
                before={list.versions[index + 1] ?? null}
                shown={version.version === shown}
              />
            </li>
          ))}
        </ol>
      </Section>
      {list.may_edit && list.draft && (
        <div class="row">
          <Button kind="danger" icon="trash" onClick={() => setThrowing(true)}>
            Throw the draft away
          </Button>
        </div>
      )}
      {list.may_edit && list.published && <Stopping list={list} again={again} />}
      {throwing && <ThrowSheet list={list} onClose={() => setThrowing(false)} />}
    </div>
  );
}

function OneVersion(props: { code: string; version: VersionBrief; before: VersionBrief | null; shown: boolean }) {
  const { code, version, before, shown } = props;
  const by = version.published_by ?? version.made_by;
  return (
    <div class={shown ? "checklist-version checklist-version-shown" : "checklist-version"}>
      <div class="row-apart">
        <h3>Version {version.version}</h3>
        <Chip status={statusOf(VERSION_STATUS, version.state)} />
      </div>
      <p class="small-text">
        {version.state === "draft" ? "Saved" : "Published"} {dayAndTime(version.published_at ?? version.made_at)}
        {by && ` by ${by.name}`}, from {SOURCE_WORDS[version.source]}
      </p>
      {version.note && <p>{version.note}</p>}
      <div class="row">
        {!shown && (
          <Button kind="quiet" icon="eye" onClick={() => setQuery({ version: String(version.version), said: null })}>
            Read<span class="sr-only"> version {version.version}</span>
          </Button>
        )}
        {before && (
          <LinkButton
            kind="quiet"
            icon="repeat"
            href={`/checklists/${code}/difference?from=${before.version}&to=${version.version}`}
          >
            What changed<span class="sr-only"> in version {version.version}</span>
          </LinkButton>
        )}
        <a
          class="button button-quiet"
          href={`/api/checklists/${code}/versions/${version.version}/xlsform`}
          download={`${code}-${version.version}.xlsx`}
        >
          <Icon name="download" />
          <span>
            Hand out as XLSForm<span class="sr-only"> of version {version.version}</span>
          </span>
        </a>
      </div>
    </div>
  );
}

/** Whether new walks can begin with it. */
function Stopping({ list, again }: { list: ChecklistStory; again: () => void }) {
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = async () => {
    setBusy(true);
    const answer = await ask(`/api/checklists/${list.code}/retire`, {
      method: "POST",
      json: { retired: !list.retired },
    });
    setBusy(false);
    setFailed(answer.kind === "ok" ? null : failure(answer, NOTHING_CHANGED));
    if (answer.kind === "ok") again();
  };
  return (
    <Section title="New walks">
      {failed && <Banner kind="late" live="alert" title={failed} />}
      <p role="status">
        {list.retired
          ? "No new walk can begin with this checklist. Walks that have begun go on."
          : "New walks can begin with this checklist."}
      </p>
      <div class="row">
        <Button icon={list.retired ? "check" : "cancelled"} busy={busy} onClick={() => void turn()}>
          {list.retired ? "Let walks begin with it again" : "Let no new walk begin with it"}
        </Button>
      </div>
    </Section>
  );
}

function ThrowSheet({ list, onClose }: { list: ChecklistStory; onClose: () => void }) {
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const throwAway = async () => {
    setBusy(true);
    const answer = await ask(`/api/checklists/${list.code}/draft`, { method: "DELETE" });
    setBusy(false);
    if (answer.kind === "ok") {
      navigate("/checklists");
    } else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <Sheet open title="Throw the draft away?" onClose={onClose}>
      {failed && <Banner kind="late" live="alert" title={failed} />}
      <p>
        {list.published
          ? "What was changed since the version in use is lost. The version in use stays."
          : "This checklist was never published: it goes altogether."}
      </p>
      <div class="row">
        <Button kind="danger" icon="trash" busy={busy} onClick={() => void throwAway()}>
          Throw it away
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Sheet>
  );
}
