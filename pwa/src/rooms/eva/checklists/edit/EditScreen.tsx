import "../checklists.css";
import "./edit.css";
import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../../api/client";
import { useRoute } from "../../../../app/router";
import { Button, Empty, LinkButton, Skeleton, TopBar } from "../../../../ui";
import { type Fault, placed } from "../faults";
import type { ChecklistStory, Version } from "../shapes";
import { Editor } from "./Editor";
import type { Start } from "./useDraft";

interface Opened {
  start: Start;
  running: number | null;
}

const UNHEARD = "No connection. A checklist is changed where there is one; open it again when it is back.";

/** The draft of a checklist, or its version in use where there is none: the first change begins the draft. */
export default function EditScreen() {
  const code = useRoute().params.code ?? "";
  const [opened, setOpened] = useState<Opened | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setFailed(null);
    // Never from what is remembered: an old version would be saved over a newer one.
    void open(code).then((found) => (typeof found === "string" ? setFailed(found) : setOpened(found)));
  }, [code, round]);
  if (opened) {
    return <Editor key={code} code={code} opened={opened.start} running={opened.running} />;
  }
  return (
    <>
      <TopBar title="Checklist" back={`/checklists/${code}`} backLabel="The checklist" />
      <div class="page">
        {failed ? (
          <Empty icon="warning" title={failed}>
            <div class="row">
              <Button icon="refresh" onClick={() => setRound((n) => n + 1)}>
                Try again
              </Button>
              <LinkButton href={`/checklists/${code}`}>Read the checklist</LinkButton>
            </div>
          </Empty>
        ) : (
          <Skeleton rows={6} words="Opening the draft" />
        )}
      </div>
    </>
  );
}

/** What there is to change, or why it can't be had, in words. */
async function open(code: string): Promise<Opened | string> {
  const story = await ask<ChecklistStory>(`/api/checklists/${code}`);
  if (story.kind !== "ok") return failure(story, UNHEARD) ?? UNHEARD;
  const { draft, published, may_edit } = story.data;
  if (!may_edit) return "Officers and the council’s managers change checklists. You can read it.";
  const from = draft ?? published;
  if (!from) return "There is nothing of this checklist to change.";
  const version = await ask<Version>(`/api/checklists/${code}/versions/${from.version}`);
  if (version.kind !== "ok") return failure(version, UNHEARD) ?? UNHEARD;
  const checked = await ask<{ faults: Fault[] }>("/api/checklists/check", {
    method: "POST",
    json: { content: version.data.content },
  });
  return {
    start: {
      content: version.data.content,
      hash: version.data.content_hash,
      number: draft?.version ?? null,
      faults: checked.kind === "ok" ? checked.data.faults.map(placed) : [],
    },
    running: published?.version ?? null,
  };
}
