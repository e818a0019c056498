import { useRef, useState } from "preact/hooks";
import { setQuery, useRoute } from "../../../../app/router";
import { Banner, Button, Choices, clockTime, counted, TopBar } from "../../../../ui";
import type { Definition } from "../../questions/definition";
import { move } from "../editing";
import { othersAt, type PlacedFault } from "../faults";
import { type At, atOf, questionAt, sectionAt, stands } from "../places";

import { Actions } from "./Actions";
import { ChecklistForm } from "./ChecklistForm";
import { Outline } from "./Outline";
import { Preview } from "./Preview";
import { PublishSheet } from "./PublishSheet";
import type { Part } from "./part";
import { QuestionForm } from "./QuestionForm";
import { SectionForm } from "./SectionForm";
import { type Editing, type Start, useDraft } from "./useDraft";

interface EditorProps {
  code: string;
  opened: Start;
  /** The number of the version that walks begin with; null: none is published yet. */
  running: number | null;
}

type Look = "list" | "form" | "phone";

/** The outline, what is picked of it, and how the phone will show it. On a narrow screen one at a time. */
export function Editor({ code, opened, running }: EditorProps) {
  const editing = useDraft(code, opened);
  const { definition, faults } = editing;
  const { query } = useRoute();
  const asked = atOf(query.get("at"));
  const at = stands(definition, asked) ? asked : [];
  const look = lookOf(query.get("look"));
  const [publishing, setPublishing] = useState(false);
  const form = useRef<HTMLElement>(null);
  const pick = (place: At) => setQuery({ at: place.join(".") || null, look: look === "list" ? "form" : look });
  // Undo goes back to where somebody stood when they changed it.
  const change: Part["change"] = (next, _after, field) => editing.change(next, at, field);
  const part: Part = { definition, at, faults, change };
  const enter = () => {
    setQuery({ look: "form" });
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("textarea, input")?.focus());
  };
  const moveBy = (by: 1 | -1) => {
    const moved = at.length ? move(definition, at, by) : { definition, at };
    change(moved.definition, moved.at);
    pick(moved.at);
  };
  const undo = editing.undo;
  return (
    <>
      <TopBar
        title="Checklist"
        back={`/checklists/${code}`}
        backLabel="The checklist"
        status={<SaveLine editing={editing} />}
      >
        <Button icon="undo" iconOnly disabled={!undo} onClick={() => undo && pick(undo())}>
          Undo the last change
        </Button>
        <Button kind="primary" icon="check" onClick={() => setPublishing(true)}>
          Publish
        </Button>
      </TopBar>
      <div class="edit" data-look={look}>
        <Overtaken code={code} editing={editing} />
        <div class="edit-looks">
          <Choices
            label="What is shown"
            value={look}
            choices={[
              { value: "list", label: "All of it" },
              { value: "form", label: "Change" },
              { value: "phone", label: "On the phone" },
            ]}
            onChange={(next) => setQuery({ look: next })}
          />
        </div>
        <nav class="edit-outline" aria-label="Sections and questions">
          <FaultLine faults={faults} onPick={pick} />
          <Outline definition={definition} at={at} faults={faults} onPick={pick} onMove={moveBy} onEnter={enter} />
          <p class="quiet-text small-text edit-keys">
            Keys: ↑ ↓ to go through, Alt and ↑ ↓ to move what is picked, Enter to change it.
          </p>
        </nav>
        <section class="edit-form" ref={form} aria-labelledby="edit-head">
          <div class="edit-head">
            <h2 id="edit-head">{headOf(definition, at)}</h2>
            <Actions {...part} onPick={pick} />
          </div>
          <OtherFaults {...part} />
          <Form key={at.join(".")} {...part} onPick={pick} />
        </section>
        <aside class="edit-phone" aria-label="On the phone">
          <Preview definition={definition} at={at} />
        </aside>
      </div>
      {publishing && (
        <PublishSheet
          code={code}
          running={running}
          editing={editing}
          onPick={(place) => {
            setPublishing(false);
            pick(place);
          }}
          onClose={() => setPublishing(false)}
        />
      )}
    </>
  );
}

function lookOf(text: string | null): Look {
  return text === "form" || text === "phone" ? text : "list";
}

function headOf(definition: Definition, at: At): string {
  if (at.length === 0) return "The checklist";
  const section = sectionAt(definition, at);
  if (at.length === 1) return `Section ${section?.code ?? ""}`;
  return `Question ${questionAt(definition, at)?.code ?? ""}`;
}

function Form(props: Part & { onPick: (at: At) => void }) {
  const { definition, at } = props;
  const question = questionAt(definition, at);
  if (question) return <QuestionForm {...props} question={question} />;
  const section = at.length === 1 ? sectionAt(definition, at) : null;
  return section ? <SectionForm {...props} section={section} /> : <ChecklistForm {...props} />;
}

/** Whether what is on the screen is safe, in one line. */
function SaveLine({ editing }: { editing: Editing }) {
  const { saving, savedAt, failed } = editing;
  const words = {
    saved: savedAt
      ? `Draft saved ${clockTime(savedAt)}`
      : "Changes are saved as a draft. Walks go by the published version.",
    waiting: "Not saved yet",
    saving: "Saving the draft",
    failed: failed ?? "Not saved",
    overtaken: "Not saved: somebody else changed this draft",
  }[saving];
  return (
    <span role="status" class={saving === "failed" || saving === "overtaken" ? "edit-unsaved" : undefined}>
      {words}
    </span>
  );
}

function Overtaken({ code, editing }: { code: string; editing: Editing }) {
  if (editing.saving === "failed") return <Banner kind="offline" title={editing.failed ?? "Not saved"} live="alert" />;
  if (editing.saving !== "overtaken") return null;
  return (
    <Banner kind="late" live="alert" title="Somebody else saved this draft after you opened it">
      <p>
        Nothing of yours is saved since. Only one of the two can go on:{" "}
        <a href={`/checklists/${code}`} target="_blank" rel="noreferrer">
          look at theirs in another window
        </a>{" "}
        before you decide.
      </p>
      <div class="row">
        <Button icon="refresh" onClick={() => location.reload()}>
          Take theirs, lose mine
        </Button>
        <Button icon="check" onClick={() => void editing.insist()}>
          Keep mine in place of theirs
        </Button>
      </div>
    </Banner>
  );
}

function FaultLine({ faults, onPick }: { faults: readonly PlacedFault[]; onPick: (at: At) => void }) {
  const first = faults[0];
  if (!first) return null;
  return (
    <Button wide icon="warning" class="edit-faults" onClick={() => onPick(first.at)}>
      {counted(faults.length, "fault")} to mend: go to the first
    </Button>
  );
}

const SHOWN_AT_THEIR_FIELD = [
  "title",
  "purpose",
  "kind",
  "grading",
  "sections",
  "code",
  "label",
  "help",
  "type",
  "relevant",
  "required_when",
  "constraint",
  "constraint_words",
  "unit",
  "least",
  "most",
  "weight",
  "choices",
  "defect",
  "asset_kind",
  "questions",
  "examples",
];

/** Faults that no field of the form is of: they are said above it. */
function OtherFaults({ faults, at }: Part) {
  const others = othersAt(faults, at, SHOWN_AT_THEIR_FIELD);
  return (
    <>
      {others.map((fault) => (
        <Banner key={`${fault.field} ${fault.code}`} kind="late" title={fault.words} />
      ))}
    </>
  );
}
