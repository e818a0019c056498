import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { Defect } from "../../api/types";
import { serverNow } from "../../sync";
import { agoInWords, Banner, Button, Card, exactTime, Fact, MissingPhotos, Photo, Section, useNow } from "../../ui";
import { severityOf } from "./DefectRows";
import { titleOf } from "./JobRows";

/** Two reports that may be of one thing, side by side; the council's desk says "Same" or "Different". */
export function MaybeSame({ defect, others, onDone }: { defect: Defect; others: Defect[]; onDone: () => void }) {
  if (others.length === 0) return null;
  return (
    <Section title="Is it the same?">
      {others.map((other) => (
        <Pair key={other.id} defect={defect} other={other} onDone={onDone} />
      ))}
    </Section>
  );
}

function Pair({ defect, other, onDone }: { defect: Defect; other: Defect; onDone: () => void }) {
  const [busy, setBusy] = useState<"same" | "different" | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const now = useNow(serverNow);
  // The earlier one stands for both: its number is the one that people know.
  const [first, later] = defect.received_at <= other.received_at ? [defect, other] : [other, defect];
  const decide = async (decision: "same" | "different") => {
    if (busy) return;
    setBusy(decision);
    setFailed(null);
    const json = decision === "same" ? { into: first.id } : { other: first.id };
    const path = decision === "same" ? "merge" : "different";
    const answer = await ask(`/api/defects/${later.id}/${path}`, { method: "POST", json });
    setBusy(null);
    if (answer.kind === "ok") onDone();
    else setFailed(failure(answer, "No connection. Nothing was decided; try again when it is back."));
  };
  return (
    <div class="maybe-same">
      <div class="versions">
        {[first, later].map((one) => (
          <One key={one.id} one={one} other={one === first ? later : first} here={one.id === defect.id} now={now} />
        ))}
      </div>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <div class="conflict-choices">
        <div class="conflict-choice">
          <Button large wide icon="duplicate" busy={busy === "same"} onClick={() => void decide("same")}>
            Same
          </Button>
          <p class="small-text">
            {first.number} stands for both. {later.job && `The work for ${later.number} is cancelled. `}
            Both reporters are told.
          </p>
        </div>
        <div class="conflict-choice">
          <Button large wide icon="check-double" busy={busy === "different"} onClick={() => void decide("different")}>
            Different
          </Button>
          <p class="small-text">Both stay as they are, and nobody is asked again.</p>
        </div>
      </div>
    </div>
  );
}

function One({ one, other, here, now }: { one: Defect; other: Defect; here: boolean; now: Date }) {
  const photo = one.photos[0];
  const heading = here ? `${one.number}, this one` : one.number;
  const with_whom = one.job?.organisation.short_name;
  return (
    <section class="version" aria-label={heading}>
      <h3>{here ? heading : <a href={`/defects/${one.id}`}>{heading}</a>}</h3>
      <Card class="version-card">
        <Photo
          size="large"
          src={photo?.view}
          state={photo?.state ?? null}
          alt={photo ? `Photo of ${one.number}` : `${one.number} has no photo`}
        />
        <MissingPhotos photos={one.photos} />
        <p class="version-title">{titleOf(one)}</p>
        <p>{one.note || "No note."}</p>
        <dl class="facts">
          <Fact label="Seen by">{one.raised_by.name}</Fact>
          <Fact label="Seen">
            {agoInWords(one.observed_at, now)}, {exactTime(one.observed_at)}
          </Fact>
          <Fact label="Where">{one.street_text || one.ward?.name || "Not known"}</Fact>
          {one.severity !== other.severity && <Fact label="Severity">{severityOf(one).word}</Fact>}
          <Fact label="With">{with_whom ?? "Nobody yet"}</Fact>
        </dl>
      </Card>
    </section>
  );
}
