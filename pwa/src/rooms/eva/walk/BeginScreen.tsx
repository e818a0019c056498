/** An audit begins: where, by which checklist, why here, the risk check, the check-in. Works without signal. */
import { useState } from "preact/hooks";
import type { AuditRow, Light, Weather } from "../../../api/types";
import { navigate, useRoute } from "../../../app/router";
import { SyncLine } from "../../../app/sync-line";
import { keepStorage, tick } from "../../../device/install";
import { PhotoInput } from "../../../device/PhotoInput";
import { fix, usePosition } from "../../../device/position";
import { Previews } from "../../../device/previews";
import { type NewPhoto, reference, syncState, uuid7 } from "../../../sync";
import { checklists, serverAudits } from "../../../sync/audits";
import {
  ActionBar,
  Banner,
  Button,
  Checkbox,
  Choices,
  Empty,
  Field,
  longDay,
  RadioCards,
  Section,
  Select,
  Skeleton,
  TextArea,
  TopBar,
} from "../../../ui";
import type { Definition } from "../questions/definition";
import { act, keeping, notKept, now } from "./answering";
import { areaAround, areasFor, type Beginning, earlierOf, startOf, titleFor, whatIsMissing } from "./beginning";
import { useAudits } from "./useWalk";
import { LIGHTS, TRIGGERS, WEATHERS } from "./words";
import "../questions/questions.css";
import "./walk.css";

export default function BeginScreen() {
  usePosition();
  const ready = useAudits();
  const published = [...checklists.value.values()].filter((one) => one.published);
  const known = ready && published.length > 0;
  return (
    <>
      <TopBar title="Begin an audit" back="/audits" backLabel="Back to the audits" status={<SyncLine />} />
      {known && reference.value ? (
        <BeginForm />
      ) : (
        <div class="page">
          {ready ? (
            <Empty icon="offline" title="The checklists are not on this phone yet">
              They come once with signal; after that an audit can be begun anywhere.
            </Empty>
          ) : (
            <Skeleton rows={3} words="Opening" />
          )}
        </div>
      )}
    </>
  );
}

function BeginForm() {
  const { query } = useRoute();
  const [said, setSaid] = useState<Beginning>(() => startOf(query, new Date()));
  // The phone finds its place while the form is open: until somebody chooses, it is the area around it.
  const one = { ...said, area_id: said.area_id || areaAround(fix.value) };
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [missing, setMissing] = useState<{ field: "area" | "risk" | "checklist"; words: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Beginning>) => {
    setSaid((before) => ({ ...before, ...part }));
    setMissing(null);
  };
  const begin = async () => {
    const lacks = whatIsMissing(one);
    setMissing(lacks);
    if (lacks) {
      document.getElementById(`begin-${lacks.field}`)?.scrollIntoView({ block: "center" });
      return;
    }
    const version = checklists.value.get(one.version_id);
    if (!version) return;
    setBusy(true);
    const audit_id = uuid7();
    const kept = await keeping(() =>
      act(
        "begin_audit",
        {
          ...{ audit_id, checklist: version.code, checklist_version: version.version, area_id: one.area_id || null },
          ...{ title: one.title.trim() || titleFor(one), started_at: now(), trigger: triggerWords(one) },
          evidence: {
            ...{ summary: one.evidence.trim(), source: one.source.trim() },
            ...{ from: one.from || null, to: one.to || null },
          },
          ...{ light: one.light, weather: one.weather, risk: { done: true, note: one.risk_note.trim() } },
          ...{ check_in_minutes: one.check_in || null, track_wanted: one.track },
          ...{ revisit_of: one.revisit_of || null, booking_id: one.booking_id || null },
        },
        photos,
      ),
    );
    setBusy(false);
    if (!kept) return;
    tick();
    void keepStorage();
    navigate(`/audits/${audit_id}`, { replace: true });
  };
  return (
    <>
      <div class="page walk">
        <WhatAndWhere one={one} change={change} wrong={missing} />
        <Earlier one={one} change={change} />
        <WhyHere one={one} change={change} photos={photos} onPhoto={(photo) => setPhotos((all) => [...all, photo])} />
        <Conditions one={one} change={change} />
        <Safety one={one} change={change} wrong={missing?.field === "risk" ? missing.words : null} />
      </div>
      <ActionBar>
        {missing && <Banner kind="late" live="alert" title={missing.words} />}
        {notKept.value && <Banner kind="late" live="alert" title={notKept.value} />}
        <Button kind="primary" large icon="start" busy={busy} onClick={() => void begin()}>
          Begin the walk
        </Button>
      </ActionBar>
    </>
  );
}

function triggerWords({ trigger, trigger_more }: Beginning): string {
  return [trigger, trigger_more.trim()].filter(Boolean).join(": ").slice(0, 500);
}

interface PartProps {
  one: Beginning;
  change: (part: Partial<Beginning>) => void;
}

function WhatAndWhere({ one, change, wrong }: PartProps & { wrong: { field: string; words: string } | null }) {
  const published = [...checklists.value.values()].filter((each) => each.published);
  const chosen = checklists.value.get(one.version_id);
  const definition = chosen?.content as Definition | undefined;
  const count = definition?.sections.reduce((sum, section) => sum + section.questions.length, 0) ?? 0;
  return (
    <>
      <div id="begin-checklist">
        <Select
          label="Checklist"
          hint={definition && `${count} questions. ${definition.purpose}`}
          error={wrong?.field === "checklist" ? wrong.words : null}
          value={one.version_id}
          options={[
            ...(chosen ? [] : [{ value: "", label: "Choose one" }]),
            ...published
              .sort((a, b) => (a.title < b.title ? -1 : 1))
              .map((each) => ({ value: each.version_id, label: each.title })),
          ]}
          onChange={(version_id) => change({ version_id })}
        />
      </div>
      <div id="begin-area">
        <Select
          label="Area"
          error={wrong?.field === "area" ? wrong.words : null}
          value={one.area_id}
          options={[
            ...(one.area_id ? [] : [{ value: "", label: "Choose the area" }]),
            ...areasFor(reference.value?.areas ?? [], fix.value),
          ]}
          onChange={(area_id) => change({ area_id, revisit_of: "" })}
        />
      </div>
      <Field
        label="What to call it"
        value={one.title}
        placeholder={titleFor(one)}
        maxLength={200}
        onInput={(title) => change({ title })}
      />
    </>
  );
}

/** An area that was audited before: this one may ask what became of what was found then. */
function Earlier({ one, change }: PartProps) {
  const earlier = earlierOf(one.area_id, [...serverAudits.value.values()]);
  if (earlier.length === 0) return null;
  return (
    <RadioCards
      legend="This area was audited before"
      name="revisit"
      value={one.revisit_of}
      options={[
        { value: "", label: "A new audit", hint: "Asks its own questions only" },
        ...earlier.map((row) => ({
          value: row.id,
          label: `Re-visit of ${row.number || row.title}`,
          hint: hintOf(row),
        })),
      ]}
      onChange={(revisit_of) => {
        const row = serverAudits.value.get(revisit_of);
        const version = [...checklists.value.values()].find(
          (each) => each.published && each.code === row?.checklist.code,
        );
        change({
          revisit_of,
          ...(version ? { version_id: version.version_id } : {}),
          ...(revisit_of ? { trigger: "Re-visit" } : {}),
        });
      }}
    />
  );
}

function hintOf(row: AuditRow): string {
  const open = row.open_items?.length;
  const what = open === undefined ? "" : open === 0 ? ", nothing left open" : `, ${open} left open`;
  return `${row.title}, ${longDay(row.walked_at ?? row.started_at)}${what}`;
}

function WhyHere(props: PartProps & { photos: readonly NewPhoto[]; onPhoto: (photo: NewPhoto) => void }) {
  const { one, change } = props;
  return (
    <Section title="Why here">
      <Select
        label="What prompted it"
        value={one.trigger}
        options={TRIGGERS.map((value) => ({ value, label: value }))}
        onChange={(trigger) => change({ trigger })}
      />
      <Field
        label="In your words, if there is more"
        value={one.trigger_more}
        maxLength={400}
        onInput={(trigger_more) => change({ trigger_more })}
      />
      <details class="question-help">
        <summary>Evidence: figures, complaints, papers</summary>
        <div class="stack">
          <TextArea
            label="What is known"
            hint="Incidents, complaints, crimes: how many of what"
            value={one.evidence}
            maxLength={4000}
            onInput={(evidence) => change({ evidence })}
          />
          <div class="walk-days">
            <Field label="From" type="date" value={one.from} onInput={(from) => change({ from })} />
            <Field label="To" type="date" value={one.to} onInput={(to) => change({ to })} />
          </div>
          <Field label="Source" value={one.source} maxLength={300} onInput={(source) => change({ source })} />
          <Previews photos={props.photos} what="Evidence" />
          <PhotoInput cameraLabel="Photograph a paper" onPhoto={props.onPhoto} />
        </div>
      </details>
    </Section>
  );
}

function Conditions({ one, change }: PartProps) {
  return (
    <Section title="Light and weather">
      <Choices<Light> label="Light" value={one.light} choices={LIGHTS} onChange={(light) => change({ light })} />
      <Choices<Weather>
        label="Weather"
        value={one.weather}
        choices={WEATHERS}
        onChange={(weather) => change({ weather })}
      />
    </Section>
  );
}

const CHECK_INS = [
  { value: "0", label: "No check-in: somebody is with me" },
  { value: "15", label: "Every 15 minutes" },
  { value: "30", label: "Every 30 minutes" },
  { value: "60", label: "Every hour" },
];

function Safety({ one, change, wrong }: PartProps & { wrong: string | null }) {
  const offline = syncState.value.hindrance !== null;
  return (
    <Section title="Before you set off">
      <div id="begin-risk" class={wrong ? "stack-tight field-wrong" : "stack-tight"}>
        <ul class="walk-bullets">
          <li>Somebody knows where I walk and until when.</li>
          <li>I know where I can stop, and how I leave if it feels wrong.</li>
          <li>Traffic, dogs, needles, dark corners: I know what to expect here.</li>
        </ul>
        <Checkbox
          label="I have made the risk check"
          checked={one.risk_done}
          onChange={(risk_done) => change({ risk_done })}
        />
      </div>
      <Field
        label="What to mind here"
        value={one.risk_note}
        maxLength={2000}
        onInput={(risk_note) => change({ risk_note })}
      />
      <Select
        label="Check-in"
        hint={
          <>
            Sightline asks whether all is well, and tells the desk when you do not say so. It does not replace a lone
            worker's alarm.
            {offline && " There is no signal now: the timer starts when this is sent."}
          </>
        }
        value={String(one.check_in)}
        options={CHECK_INS}
        onChange={(minutes) => change({ check_in: Number(minutes) })}
      />
      <Checkbox
        label="Keep the route that I walk"
        hint="Shows which streets were walked. Only while the walk is on the screen; forgotten after 90 days."
        checked={one.track}
        onChange={(track) => change({ track })}
      />
    </Section>
  );
}
