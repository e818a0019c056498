import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { Conflict, ConflictVersion } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { countConflicts } from "../../app/open-conflicts";
import { Stale } from "../../app/stale";
import { serverNow } from "../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Empty,
  exactTime,
  LinkButton,
  MissingPhotos,
  Photo,
  Tag,
  TextArea,
  TopBar,
  useNow,
} from "../../ui";
import { decisionWords, whatOf } from "./ConflictsScreen";

/** Two versions of one thing, side by side, and the two decisions. */
export function ConflictScreen({ id }: { id: string }) {
  const asked = useAsk<Conflict>(`/api/conflicts/${id}`, 30_000);
  const [decided, setDecided] = useState<Conflict | null>(null);
  const row = decided ?? asked.data;
  const now = useNow(serverNow);
  if (!row) {
    return (
      <>
        <TopBar title="Conflict" back="/conflicts" />
        <div class="page">
          {asked.state === "problem" ? (
            <Empty title={asked.problem?.title ?? "There is no such conflict"}>
              <LinkButton kind="primary" href="/conflicts">
                See all conflicts
              </LinkButton>
            </Empty>
          ) : (
            <Stale asked={asked} what="The conflict" />
          )}
        </div>
      </>
    );
  }
  const refused = row.state === "refused";
  return (
    <>
      <TopBar title={whatOf(row)} back="/conflicts" backLabel="Back to the conflicts" status={<Head row={row} />} />
      <div class="conflict-page">
        {asked.state === "offline" && <Stale asked={asked} what="The newest state" />}
        <Why row={row} now={now} />
        <div class="versions">
          <Version
            version={row.ours}
            other={row.theirs}
            first
            heading={row.decided?.decision === "take" ? "What stood before" : "What stands"}
          />
          <Version
            version={row.theirs}
            other={row.ours}
            heading={
              row.decided?.decision === "take" ? "What was taken" : refused ? "What was refused" : "What came later"
            }
          />
        </div>
        <Decide
          key={row.id}
          row={row}
          onDone={(next) => {
            setDecided(next);
            void countConflicts();
          }}
        />
      </div>
    </>
  );
}

function Head({ row }: { row: Conflict }) {
  const { subject } = row;
  return (
    <span class="row">
      <strong>{row.street_text}</strong>
      {subject && (
        <span>
          <a href={`/${subject.kind === "job" ? "jobs" : "defects"}/${subject.id}?from=/conflicts/${row.id}`}>
            {subject.number}
          </a>
        </span>
      )}
    </span>
  );
}

function Why({ row, now }: { row: Conflict; now: Date }) {
  if (row.decided) {
    return (
      <Banner kind="good" title={decisionWords(row)} live="status">
        <p>
          {exactTime(row.decided.at)}
          {row.decided.note && `. “${row.decided.note}”`}
        </p>
        <p>{row.person.name} was told.</p>
      </Banner>
    );
  }
  return (
    <Banner kind={row.state === "refused" ? "info" : "risk"} title={row.detail ?? "It changed meanwhile"}>
      <p>
        {row.person.name} ({row.organisation}) did it {agoInWords(row.theirs.at ?? row.made_at, now)}; it reached us{" "}
        {agoInWords(row.received_at, now)}
        {row.imported_by && `, handed in by ${row.imported_by}`}.
      </p>
    </Banner>
  );
}

function Version(props: {
  version: ConflictVersion;
  other: ConflictVersion;
  heading: string;
  /** What stood first is the measure: only the later one says what it alone has. */
  first?: boolean;
}) {
  const { version, other } = props;
  const others = new Map(other.facts.map((fact) => [fact.label, fact.value]));
  return (
    <section class="version" aria-label={props.heading}>
      <h2>{props.heading}</h2>
      <Card class="version-card">
        <p class="version-title">{version.title}</p>
        <p class="quiet-text">{[version.by, version.at && exactTime(version.at)].filter(Boolean).join(", ")}</p>
        {version.photos.length > 0 ? (
          <ul class={version.photos.length === 1 ? "photo-pair version-one" : "photo-pair"}>
            {version.photos.map((photo, index) => (
              <li key={photo.id}>
                <Photo
                  size="large"
                  src={photo.view}
                  state={photo.state}
                  alt={`${props.heading}, photo ${index + 1} of ${version.photos.length}`}
                />
              </li>
            ))}
          </ul>
        ) : (
          <p class="quiet-text">No photos.</p>
        )}
        <MissingPhotos photos={version.photos} />
        <dl class="version-facts">
          {version.facts.map((fact) => {
            const differs = others.has(fact.label) && others.get(fact.label) !== fact.value;
            return (
              <div key={fact.label} class={differs ? "version-fact version-differs" : "version-fact"}>
                <dt>
                  {fact.label}
                  {differs && <Tag icon="edit">Differs</Tag>}
                  {!props.first && !others.has(fact.label) && <Tag icon="plus">Only here</Tag>}
                </dt>
                <dd>{fact.value}</dd>
              </div>
            );
          })}
        </dl>
      </Card>
    </section>
  );
}

function Decide({ row, onDone }: { row: Conflict; onDone: (row: Conflict) => void }) {
  const [note, setNote] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState<"keep" | "take" | null>(null);
  if (row.decided) return null;
  if (!row.can_decide) {
    return <p class="conflict-note">{undecidable(row)}</p>;
  }
  const decide = async (decision: "keep" | "take") => {
    if (busy) return;
    setBusy(decision);
    setFailed(null);
    const json = { decision, note: note.trim() };
    const answer = await ask<Conflict>(`/api/conflicts/${row.id}/decide`, { method: "POST", json });
    setBusy(null);
    if (answer.kind === "ok") onDone(answer.data);
    else setFailed(failure(answer, "No connection. Nothing was decided; try again when it is back."));
  };
  return (
    <section class="conflict-decide" aria-label="Decide">
      <h2>Which one goes on?</h2>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <TextArea
        label={`Why, for ${row.person.name}`}
        hint="They are told what you decide, and this. You can leave it empty."
        value={note}
        onInput={setNote}
        rows={2}
        maxLength={2000}
      />
      <div class="conflict-choices">
        <div class="conflict-choice">
          <Button large wide icon="check" busy={busy === "keep"} onClick={() => void decide("keep")}>
            Keep what stands
          </Button>
          <p class="small-text">Nothing changes. The later version stays on record, with its photos.</p>
        </div>
        {row.can_take && (
          <div class="conflict-choice">
            <Button large wide icon="phone" busy={busy === "take"} onClick={() => void decide("take")}>
              Take what came later
            </Button>
            <p class="small-text">{row.take_does}</p>
          </div>
        )}
      </div>
    </section>
  );
}

function undecidable(row: Conflict): string {
  if (row.state === "refused") {
    return "There is nothing to decide here. It is kept as it was sent; the phone shows the reason to its owner.";
  }
  return "The council's desk decides this one: another organisation has the job now.";
}
