import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../../api/client";
import { useAsk } from "../../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../../api/words";
import { navigate } from "../../../../app/router";
import { Banner, Button, counted, Sheet, TextArea } from "../../../../ui";
import { Differences } from "../Differences";
import type { At } from "../places";
import type { Difference, Version } from "../shapes";

import type { Editing } from "./useDraft";

interface PublishSheetProps {
  code: string;
  running: number | null;
  editing: Editing;
  onPick: (at: At) => void;
  onClose: () => void;
}

/** What changes for the next walks, and the word to go. Nothing with a fault is published. */
export function PublishSheet(props: PublishSheetProps) {
  const { editing } = props;
  const [saved, setSaved] = useState<boolean | null>(null);
  useEffect(() => {
    void editing.save().then(setSaved);
  }, []);
  return (
    <Sheet open wide title="Publish this version" onClose={props.onClose}>
      {saved === null && <p role="status">Saving the draft</p>}
      {saved === false && (
        <Banner kind="late" live="alert" title="The draft could not be saved, so it can’t be published yet">
          <p>{editing.failed}</p>
        </Banner>
      )}
      {saved && editing.faults.length > 0 && <Faults {...props} />}
      {saved && editing.faults.length === 0 && <Ready {...props} />}
    </Sheet>
  );
}

const MOST_SHOWN = 12;

function Faults({ editing, onPick }: PublishSheetProps) {
  const shown = editing.faults.slice(0, MOST_SHOWN);
  return (
    <>
      <Banner kind="risk" title={`${counted(editing.faults.length, "fault")} to mend before it can be published`} />
      <ul class="edit-uses">
        {shown.map((fault) => (
          <li key={`${fault.path} ${fault.code}`}>
            <Button kind="quiet" icon="forward" onClick={() => onPick(fault.at)}>
              {fault.words}
            </Button>
          </li>
        ))}
      </ul>
      {editing.faults.length > shown.length && <p>And {editing.faults.length - shown.length} more.</p>}
    </>
  );
}

function Ready({ code, running, editing }: PublishSheetProps) {
  const { number, hash } = editing.draft();
  const difference = useAsk<Difference>(
    running === null || number === null ? null : `/api/checklists/${code}/difference?from=${running}&to=${number}`,
  );
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const publish = async () => {
    setMissing(note.trim() ? null : "Say it in a sentence, for those who walk with it");
    if (!note.trim()) return;
    setBusy(true);
    const answer = await ask<Version>(`/api/checklists/${code}/draft/publish`, {
      method: "POST",
      json: { note: note.trim(), content_hash: hash },
    });
    setBusy(false);
    if (answer.kind === "ok") navigate(`/checklists/${code}?said=published`);
    else setFailed(failure(answer, NOTHING_CHANGED));
  };
  return (
    <>
      <p>
        Walks that begin from now on go by it.{" "}
        {running !== null && "Those that have begun keep the version that they began with."}
      </p>
      {number === null && <Banner kind="info" title="Nothing was changed since the version in use" />}
      {running === null && <p>It is the first version of this checklist.</p>}
      {difference.data && <Differences changes={difference.data.changes} />}
      {failed && <Banner kind="late" live="alert" title={failed} />}
      {number !== null && (
        <>
          <TextArea
            label={running === null ? "What it is for, and who agreed to it" : "What changes, and why"}
            value={note}
            maxLength={2000}
            error={missing}
            onInput={(words) => {
              setNote(words);
              setMissing(null);
            }}
          />
          <Button kind="primary" large icon="check" busy={busy} onClick={() => void publish()}>
            Publish it
          </Button>
        </>
      )}
    </>
  );
}
