import "./revisit.css";
import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate, setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { keepAhead } from "../../../device/previews";
import { session } from "../../../sync";
import { fetchAudit, serverAudits, startAudits } from "../../../sync/audits";
import {
  Banner,
  Button,
  Card,
  Choices,
  counted,
  Empty,
  Field,
  LinkButton,
  longDay,
  Section,
  Sheet,
  TopBar,
} from "../../../ui";
import { beforePhotos } from "./carried";
import { Grade } from "./Grade";
import type { Due, DueAudit } from "./shapes";
import { dueOnInWords } from "./words";

type Group = "overdue" | "this_month" | "later" | "never";
const GROUPS: readonly { value: Group; label: string; empty: string }[] = [
  { value: "overdue", label: "Overdue", empty: "No re-visit is overdue." },
  { value: "this_month", label: "This month", empty: "Nothing more is due this month." },
  { value: "later", label: "Later", empty: "Nothing is due later. A signed audit brings its day along." },
  { value: "never", label: "Never audited", empty: "Every area was audited at least once." },
];

/** Which areas are to be walked again, and which never were. */
export default function DueScreen() {
  const { query } = useRoute();
  const area = query.get("area");
  const asked = useAsk<Due>(`/api/audits/due${area ? `?area=${area}` : ""}`, 120_000);
  const [moving, setMoving] = useState<DueAudit | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const due = asked.data;
  const group = chosen(query.get("which"), due);
  const done = (words: string) => {
    setMoving(null);
    setSaid(words);
    asked.again();
  };
  return (
    <>
      <TopBar
        title="Re-visits due"
        back="/audits"
        backLabel="Audits"
        status={<span>Red after 8 weeks, amber after 3 months, green after 12, where nobody chose another day</span>}
      />
      <div class="page revisit-wide">
        {said && <Banner kind="good" title={said} live="status" />}
        <Stale asked={asked} what="The list" />
        {asked.state === "offline" && !due && <OnThisPhone />}
        {due && (
          <>
            <Choices
              label="Which"
              value={group}
              choices={GROUPS.map(({ value, label }) => ({ value, label, count: due[value].length }))}
              onChange={(value) => setQuery({ which: value })}
            />
            {group === "never" ? (
              <Never due={due} />
            ) : (
              <Rows rows={due[group]} today={due.today} group={group} onMove={setMoving} />
            )}
          </>
        )}
      </div>
      {moving && <MoveSheet row={moving} today={due?.today ?? ""} onClose={() => setMoving(null)} onDone={done} />}
    </>
  );
}

/** What the address names; else the first that has something. */
function chosen(asked: string | null, due: Due | null): Group {
  const found = GROUPS.find((each) => each.value === asked);
  return found?.value ?? GROUPS.find((each) => due && due[each.value].length > 0)?.value ?? "overdue";
}

function emptyOf(group: Group): string {
  return GROUPS.find((each) => each.value === group)?.empty ?? "";
}

function walksAudits(): boolean {
  const role = session.value.person?.role;
  return role === "warden" || role === "officer";
}

/** Has the earlier audit on this phone, with what it left open; without signal what is here has to do. */
async function bring(id: string): Promise<void> {
  await startAudits();
  await fetchAudit(id);
  const items = serverAudits.value.get(id)?.open_items ?? [];
  void keepAhead(beforePhotos(items));
}

function beginAddress({ id, area, checklist }: Pick<DueAudit, "id" | "area" | "checklist">): string {
  const about = new URLSearchParams({ revisit_of: id });
  if (area) about.set("area", area.id);
  if (checklist) about.set("checklist", checklist.code);
  return `/audits/new?${about}`;
}

function Rows(props: { rows: readonly DueAudit[]; today: string; group: Group; onMove: (row: DueAudit) => void }) {
  if (props.rows.length === 0) return <Empty icon="check" title={emptyOf(props.group)} />;
  return (
    <ul class="revisit-cards">
      {props.rows.map((row) => (
        <li key={row.id}>
          <DueCard row={row} today={props.today} onMove={() => props.onMove(row)} />
        </li>
      ))}
    </ul>
  );
}

function DueCard({ row, today, onMove }: { row: DueAudit; today: string; onMove: () => void }) {
  const [busy, setBusy] = useState(false);
  const where = row.area?.name ?? row.title;
  const begin = async () => {
    setBusy(true);
    await bring(row.id);
    navigate(beginAddress(row));
  };
  return (
    <Card tone={row.days_late > 0 ? "late" : "plain"} class="due-card">
      <div class="row-apart">
        <h2>{where}</h2>
        <Grade grade={row.grade} percent={row.percent} />
      </div>
      <p class="due-words">
        <strong>{dueOnInWords(row, today)}</strong>
        {row.days_late > 0 && <span class="quiet-text"> (was due {longDay(row.due_on)})</span>}
      </p>
      <p class="small-text">
        {row.checklist?.title ?? row.title}, {row.number}, walked {longDay(row.walked_on)} by {row.led_by.name}.{" "}
        {row.open_defects > 0
          ? `${counted(row.open_defects, "defect is", "defects are")} still open.`
          : "No defect is open."}
      </p>
      {row.changed && (
        <p class="small-text quiet-text">
          {row.changed.by.name} put it on this day: {row.changed.note}
        </p>
      )}
      <div class="revisit-actions">
        {walksAudits() && (
          <Button kind="primary" icon="start" busy={busy} onClick={() => void begin()}>
            Begin the re-visit
          </Button>
        )}
        {row.area && (
          <LinkButton icon="list" href={`/audits/area/${row.area.id}`}>
            All audits here
          </LinkButton>
        )}
        <Button icon="clock" onClick={onMove}>
          Another day
        </Button>
      </div>
    </Card>
  );
}

/** Without signal: the earlier audits that are kept here, so that a re-visit can begin all the same. */
function OnThisPhone() {
  const [read, setRead] = useState(false);
  useEffect(() => void startAudits().then(() => setRead(true)), []);
  if (!read) return null;
  const kept = [...serverAudits.value.values()]
    .filter((row) => row.state === "signed" && row.revisit_due_on)
    .sort((a, b) => ((a.revisit_due_on ?? "") < (b.revisit_due_on ?? "") ? -1 : 1));
  if (kept.length === 0) return null;
  return (
    <Section title="Kept on this phone">
      <ul class="revisit-cards">
        {kept.map((row) => (
          <li key={row.id}>
            <Card class="due-card">
              <h2>{row.area?.name ?? row.title}</h2>
              <p>
                {row.number}, due {longDay(row.revisit_due_on ?? "")}.{" "}
                {counted(row.open_items?.length ?? 0, "thing", "things")} left open.
              </p>
              {walksAudits() && (
                <LinkButton kind="primary" icon="start" href={beginAddress(row)}>
                  Begin the re-visit
                </LinkButton>
              )}
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Never({ due }: { due: Due }) {
  if (due.never.length === 0) return <Empty icon="check" title={emptyOf("never")} />;
  return (
    <Section title="Never audited">
      <ul class="never-list">
        {due.never.map((area) => (
          <li key={area.id}>
            {walksAudits() ? <a href={`/audits/new?area=${area.id}`}>{area.name}</a> : <span>{area.name}</span>}
            <span class="quiet-text small-text"> {area.kind}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Another day, with the reason that others will ask for. */
function MoveSheet(props: { row: DueAudit; today: string; onClose: () => void; onDone: (words: string) => void }) {
  const { row, today, onClose, onDone } = props;
  const [on, setOn] = useState(row.due_on > today ? row.due_on : "");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const noDay = on ? (on < today ? "That day is past" : null) : "Choose a day";
  const noWords = note.trim() ? null : "Say why on that day";
  const keep = async () => {
    setTried(true);
    if (noDay || noWords) return;
    setBusy(true);
    const answer = await ask(`/api/audits/${row.id}/revisit-due`, { method: "POST", json: { on, note: note.trim() } });
    setBusy(false);
    const failed = failure(answer, NOTHING_CHANGED);
    if (failed) setWrong(failed);
    else onDone(`${row.area?.name ?? row.number} is due again on ${longDay(on)}.`);
  };
  return (
    <Sheet open title={`Another day for ${row.area?.name ?? row.number}`} onClose={onClose}>
      {wrong && <Banner kind="late" title={wrong} live="alert" />}
      <Field label="Day" type="date" value={on} min={today} error={tried ? noDay : null} onInput={setOn} />
      <Field label="Why" value={note} maxLength={500} error={tried ? noWords : null} onInput={setNote} />
      <Button kind="primary" large icon="check" busy={busy} onClick={() => void keep()}>
        Keep this day
      </Button>
    </Sheet>
  );
}
