import "./checklists.css";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Banner, Button, Card, counted, Empty, Field, LinkButton, Select, Sheet, Tag, TopBar } from "../../../ui";
import type { Checklist, Checklists, Version } from "./shapes";
import { dayAndTime, KIND_WORDS } from "./words";

/** Every checklist: what it is for, what walks go by now, and what is being changed. */
export default function ListScreen() {
  const asked = useAsk<Checklists>("/api/checklists");
  const [making, setMaking] = useState(false);
  const lists = asked.data?.results ?? [];
  return (
    <>
      <TopBar title="Checklists" back="/audits" backLabel="Audits" status={<span>What is asked on a walk</span>} />
      <div class="page checklists">
        {asked.data?.may_edit && (
          <div class="row">
            <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
              Make a checklist
            </Button>
            <LinkButton icon="outbox" href="/checklists/import">
              Bring in an XLSForm
            </LinkButton>
          </div>
        )}
        <Stale asked={asked} what="The checklists" />
        {asked.data && lists.length === 0 && (
          <Empty icon="list" title="There are no checklists yet">
            <p>They come with Sightline’s library; whoever runs the server loads it.</p>
          </Empty>
        )}
        <ul class="checklist-cards">
          {lists.map((list) => (
            <li key={list.code}>
              <OneChecklist list={list} />
            </li>
          ))}
        </ul>
      </div>
      {making && <MakeSheet lists={lists} onClose={() => setMaking(false)} />}
    </>
  );
}

function OneChecklist({ list }: { list: Checklist }) {
  const { published, draft } = list;
  return (
    <Card href={`/checklists/${list.code}`} class="checklist-card">
      <div class="row-apart">
        <h2>{list.title}</h2>
        <span class="quiet-text">{KIND_WORDS[list.kind] ?? list.kind}</span>
      </div>
      {list.purpose && <p>{list.purpose}</p>}
      <p class="quiet-text">
        {counted(list.sections, "section")}, {counted(list.questions, "question")}
      </p>
      <div class="row">
        {published ? (
          <Tag tone="good" icon="check">
            In use: version {published.version}
          </Tag>
        ) : (
          <Tag icon="info">Not published yet</Tag>
        )}
        {draft && (
          <Tag tone="busy" icon="edit">
            Draft{draft.made_by && ` by ${draft.made_by.name}`}, {dayAndTime(draft.made_at)}
          </Tag>
        )}
        {list.retired && <Tag icon="cancelled">No new walks</Tag>}
      </div>
    </Card>
  );
}

function MakeSheet({ lists, onClose }: { lists: readonly Checklist[]; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [from, setFrom] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setMissing(title.trim() ? null : "Give it the name by which people will choose it");
    if (!title.trim()) return;
    setBusy(true);
    const answer = await ask<Version>("/api/checklists", {
      method: "POST",
      json: { title: title.trim(), ...(from ? { from_code: from } : {}) },
    });
    setBusy(false);
    if (answer.kind === "ok") navigate(`/checklists/${answer.data.code}/edit`);
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <Sheet open title="Make a checklist" onClose={onClose}>
      {failed && <Banner kind="late" live="alert" title={failed} />}
      <Field label="Title" value={title} onInput={setTitle} maxLength={200} error={missing} />
      <Select
        label="Begin with"
        hint="A copy: the checklist that you begin with stays as it is."
        value={from}
        options={[
          { value: "", label: "Nothing" },
          ...lists.map((list) => ({ value: list.code, label: `The questions of: ${list.title}` })),
        ]}
        onChange={setFrom}
      />
      <p class="quiet-text">It becomes a draft. No walk goes by it before you publish it.</p>
      <Button kind="primary" large icon="plus" busy={busy} onClick={() => void make()}>
        Make it
      </Button>
    </Sheet>
  );
}
