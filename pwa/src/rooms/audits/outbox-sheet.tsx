import { useEffect, useState } from "preact/hooks";
import type { Payloads } from "../../api/types";
import { categories, discard, retry, syncState } from "../../sync";
import {
  Banner,
  Button,
  Chip,
  DEFECT_STATUS,
  exactTime,
  Fact,
  JOB_STATUS,
  LinkButton,
  Photo,
  Section,
  Sheet,
  SYNC_STATUS,
  statusOf,
} from "../../ui";
import { type OutboxRow, type Subject, subjectOf } from "./outbox-rows";
import { lossWords, photosInWords, titleOf, untouched, WHAT, whyHere } from "./outbox-words";
import { canChange } from "./report-change";

function Photos({ row }: { row: OutboxRow }) {
  const held = row.photos.filter((photo) => photo.has_preview || photo.has_bytes);
  if (held.length === 0) return null;
  return (
    <div class="outbox-photos">
      {held.map((photo, index) => (
        <Photo key={photo.id} src={`local:${photo.id}`} alt={`Photo ${index + 1} of ${held.length}`} />
      ))}
    </div>
  );
}

/** Both versions of what was changed twice, side by side. */
function BothVersions({ row, subject }: { row: OutboxRow; subject: Subject }) {
  const { operation } = row.item;
  const payload = operation.payload as { note?: string };
  const { job } = subject;
  // Version 0: this phone's own, which the server has not.
  const defect = subject.defect?.version ? subject.defect : null;
  const theirs = job ? statusOf(JOB_STATUS, job.status) : defect ? statusOf(DEFECT_STATUS, defect.status) : null;
  const by = job?.done_by?.name ?? job?.assigned_to?.name;
  const organisation = job?.organisation.name ?? defect?.job?.organisation.name;
  return (
    <div class="outbox-versions">
      <Section title="What you did" level={3}>
        <p>
          {WHAT[operation.kind]}, {exactTime(operation.made_at)}
        </p>
        {payload.note && <p class="report-note">{payload.note}</p>}
        {row.photos.length > 0 && <p class="quiet-text">{photosInWords(row.photos.length)}</p>}
      </Section>
      <Section title="What the server has" level={3}>
        {theirs ? (
          <>
            <p>
              <Chip status={theirs} />
            </p>
            <p>{[organisation, by, job?.done_at && exactTime(job.done_at)].filter(Boolean).join(", ")}</p>
            {job?.latest_note && <p class="report-note">{job.latest_note}</p>}
          </>
        ) : (
          <p>{row.item.reason ?? "It is no longer on this phone."}</p>
        )}
      </Section>
    </div>
  );
}

function Facts({ row, subject }: { row: OutboxRow; subject: Subject }) {
  const { item } = row;
  const payload = item.operation.payload as Partial<Payloads["raise_defect"]>;
  const confirmed = row.photos.length - row.open.length;
  return (
    <dl class="facts">
      {subject.where && <Fact label="Where">{subject.where}</Fact>}
      <Fact label="Done">{exactTime(item.operation.made_at)}</Fact>
      {item.number && <Fact label="Number">{item.number}</Fact>}
      {item.received_at && <Fact label="The server received it">{exactTime(item.received_at)}</Fact>}
      {row.photos.length > 0 && (
        <Fact label="Photos">
          {confirmed > 0 ? `${confirmed} of ${row.photos.length} confirmed` : row.photos.length}
        </Fact>
      )}
      {item.tries > 0 && <Fact label="Tried">{item.tries === 1 ? "once" : `${item.tries} times`}</Fact>}
      {payload.note && <Fact label="Note">{payload.note}</Fact>}
    </dl>
  );
}

function Discard(props: {
  row: OutboxRow;
  title: string;
  onKeep: () => void;
  onExport: () => void;
  onGone: () => void;
}) {
  const { row } = props;
  const here = row.open.filter((photo) => photo.has_bytes).length;
  return (
    <>
      <Banner kind="late" title={`${props.title}, ${exactTime(row.item.operation.made_at)}`}>
        <p>{lossWords(row.item, here)}</p>
      </Banner>
      <Button kind="primary" wide onClick={props.onKeep}>
        Keep it
      </Button>
      <Button wide icon="download" onClick={props.onExport}>
        Save a copy first
      </Button>
      <Button
        kind="danger"
        wide
        icon="trash"
        onClick={() => {
          void discard(row.item.id);
          props.onGone();
        }}
      >
        Throw away for good
      </Button>
    </>
  );
}

/** What is known of one thing in the outbox, and all that can be done with it. */
export function OutboxSheet(props: {
  row: OutboxRow | null;
  onClose: () => void;
  onExport: (ids: ReadonlySet<string>) => void;
}) {
  const { row, onClose } = props;
  const [asking, setAsking] = useState(false);
  useEffect(() => setAsking(false), [row?.item.id]);
  if (!row) return <Sheet open={false} title="" onClose={onClose} children={null} />;
  const { item } = row;
  const why = whyHere(item, row.open, syncState.value);
  const subject = subjectOf(item);
  const title = titleOf(item.operation.kind, subject.category, categories.value);
  const exportIt = () => props.onExport(new Set([item.id]));
  if (asking) {
    return (
      <Sheet open title="Throw this away?" onClose={onClose}>
        <Discard row={row} title={title} onKeep={() => setAsking(false)} onExport={exportIt} onGone={onClose} />
      </Sheet>
    );
  }
  const again = why.needsYou && why.status === "problem";
  const wrong = item.state === "refused" && isChangeable(row, subject);
  return (
    <Sheet open title={title} onClose={onClose}>
      <p>
        <Chip status={statusOf(SYNC_STATUS, why.status)} />
      </p>
      <p>{why.words}</p>
      {why.advice && <p class="quiet-text">{why.advice}</p>}
      {wrong && <Change row={row} subject={subject} words="Put it right" kind="primary" />}
      {again && (
        <Button
          kind={wrong ? "secondary" : "primary"}
          wide
          icon="refresh"
          onClick={() => {
            void retry(item.id);
            onClose();
          }}
        >
          Try again
        </Button>
      )}
      {item.state === "conflict" && <BothVersions row={row} subject={subject} />}
      <Photos row={row} />
      <Facts row={row} subject={subject} />
      {!wrong && <Change row={row} subject={subject} words="Change it" kind="secondary" />}
      <Button wide icon="download" onClick={exportIt}>
        Save a copy
      </Button>
      <Button kind="danger" wide icon={untouched(item) ? "undo" : "trash"} onClick={() => setAsking(true)}>
        {why.status === "decided" ? "Take it off this phone" : untouched(item) ? "Take it back" : "Throw away"}
      </Button>
    </Sheet>
  );
}

function isChangeable(row: OutboxRow, subject: Subject): boolean {
  return row.item.operation.kind === "raise_defect" && subject.defect !== null && canChange(subject.defect);
}

interface ChangeProps {
  row: OutboxRow;
  subject: Subject;
  words: string;
  kind: "primary" | "secondary";
}

/** The way to where it can be looked at or changed. */
function Change({ row, subject, words, kind }: ChangeProps) {
  if (subject.defect) {
    const change = isChangeable(row, subject);
    return (
      <LinkButton
        wide
        kind={kind}
        icon={change ? "edit" : "forward"}
        href={`/reports/${subject.defect.id}${change ? "/change" : ""}`}
      >
        {change ? words : "Look at it"}
      </LinkButton>
    );
  }
  if (!subject.job) return null;
  return (
    <LinkButton wide icon="forward" href={`/jobs/${subject.job.id}`}>
      Open the job
    </LinkButton>
  );
}
