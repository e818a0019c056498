/** The walk itself: the next question is the largest thing; everything else of the audit is one tap away. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { useRoute } from "../../../app/router";
import { usePosition } from "../../../device/position";
import { session } from "../../../sync";
import { Banner, Button, Chip, Icon, LinkButton, statusOf } from "../../../ui";
import { isGroup } from "../questions/definition";
import { valueInWords } from "../questions/words";
import { act, keeping, now } from "./answering";
import { type Asked, nextOf, offeredDefect } from "./asked";
import { WalkCard } from "./Card";
import { CheckInLine } from "./CheckIn";
import { Doings } from "./Doings";
import { WalkFrame } from "./Frame";
import { Found, LeftOpen, Links, Progress } from "./HubParts";
import { Join } from "./Join";
import { Summary } from "./Summary";
import { useTrack } from "./track";
import type { Walk } from "./useWalk";
import { AUDIT_STATUS } from "./words";

/** What was put off, by audit: until the app is closed. */
const later = signal<ReadonlyMap<string, ReadonlySet<string>>>(new Map());

export default function HubScreen({ id }: { id: string | null }) {
  return (
    <WalkFrame id={id ?? ""} back="/audits">
      {(walk) => <Hub walk={walk} />}
    </WalkFrame>
  );
}

function Hub({ walk }: { walk: Walk }) {
  const { audit } = walk;
  usePosition();
  useTrack(walk);
  if (audit.state === "signed" || audit.state === "abandoned") return <Summary walk={walk} />;
  return (
    <div class="page walk">
      <Head walk={walk} />
      <CheckInLine walk={walk} />
      <Join walk={walk} />
      <LeftOpen walk={walk} />
      {audit.state === "walking" && <Now walk={walk} />}
      {audit.state === "paused" && <Paused walk={walk} />}
      {audit.state === "walked" && <Summary walk={walk} inside />}
      <Progress walk={walk} />
      <Links walk={walk} />
      <Found walk={walk} />
      <Doings walk={walk} />
    </div>
  );
}

function Head({ walk: { audit, definition } }: { walk: Walk }) {
  const facts = [audit.number, audit.area?.name, `${audit.checklist.title}, version ${audit.checklist.version}`];
  return (
    <>
      <p class="walk-head small-text">
        <Chip status={statusOf(AUDIT_STATUS, audit.state)} />
        <span class="quiet-text">{facts.filter(Boolean).join(" · ")}</span>
      </p>
      {audit.local.refused > 0 && (
        <Banner kind="late" title="The server did not take all of it" live="status">
          <p>
            <a href="/outbox">Look in the outbox</a>: it says why and what to do. Nothing is lost.
          </p>
        </Banner>
      )}
      {!definition && (
        <Banner kind="offline" title="The questions of this audit are not on this phone" live="status">
          <p>They come where there is signal. What was answered is safe.</p>
        </Banner>
      )}
    </>
  );
}

/** The sections that this person took; null: everything. */
function mySections(walk: Walk): readonly string[] | null {
  const me = session.value.person?.id;
  return walk.audit.walkers.find((one) => one.person.id === me)?.sections ?? null;
}

function Now({ walk }: { walk: Walk }) {
  const wanted = useRoute().query.get("question");
  const [held, setHeld] = useState<string | null>(wanted);
  const [from, setFrom] = useState<string | null>(null);
  const off = later.value.get(walk.audit.id) ?? new Set<string>();
  const next = nextOf(walk.asked, { sections: mySections(walk), later: off, from });
  const shown = walk.asked.find((each) => each.key === held) ?? next;
  const go = () => {
    if (shown) setFrom(shown.key);
    setHeld(null);
  };
  const given = (asked: Asked, value: unknown) => {
    // A group stays until the person goes on; a failed answer until its defect was offered.
    const stays = isGroup(asked.question) || offeredDefect(asked.question, value as string) !== null;
    setFrom(asked.key);
    setHeld(stays ? asked.key : null);
  };
  if (!walk.definition) return null;
  if (!shown) return <AllAnswered walk={walk} />;
  const last = from && from !== shown.key ? walk.asked.find((each) => each.key === from && each.answered) : undefined;
  return (
    <div class="stack-tight" id="now">
      {last && !isGroup(last.question) && (
        <div class="row-apart walk-last">
          <p class="small-text" role="status">
            <Icon name="check" /> {last.question.label}: <strong>{valueInWords(last.question, last.value)}</strong>
          </p>
          <Button kind="quiet" onClick={() => setHeld(last.key)}>
            Change<span class="sr-only"> the answer to {last.question.label}</span>
          </Button>
        </div>
      )}
      <WalkCard key={shown.key} walk={walk} asked={shown} now onGiven={given} />
      <div class="walk-on">
        {shown.answered || isGroup(shown.question) ? (
          <Button
            wide
            icon="forward"
            onClick={() => {
              if (!shown.answered) putOff(walk.audit.id, shown.key);
              go();
            }}
          >
            {shown.answered ? "Next question" : "None here: next question"}
          </Button>
        ) : (
          <Button
            kind="quiet"
            wide
            onClick={() => {
              putOff(walk.audit.id, shown.key);
              go();
            }}
          >
            Later
          </Button>
        )}
      </div>
    </div>
  );
}

function putOff(auditId: string, key: string): void {
  const before = later.value.get(auditId) ?? new Set();
  later.value = new Map([...later.value, [auditId, new Set([...before, key])]]);
}

function AllAnswered({ walk }: { walk: Walk }) {
  const mine = mySections(walk);
  const open = walk.asked.filter((each) => !each.answered && !isGroup(each.question));
  return (
    <section class="question question-now">
      <h2 class="question-label">
        {mine && open.length > 0 ? "Your sections are answered" : "Every question is answered"}
      </h2>
      <p>
        {mine && open.length > 0
          ? `${open.length} questions of other sections are still open.`
          : "Look once more at people, concerns and streets; then finish the walk."}
      </p>
      <LinkButton kind="primary" large icon="check" href={`/audits/${walk.audit.id}/finish`}>
        Finish the walk
      </LinkButton>
    </section>
  );
}

function Paused({ walk }: { walk: Walk }) {
  const [busy, setBusy] = useState(false);
  const resume = async () => {
    setBusy(true);
    await keeping(() => act("resume_audit", { audit_id: walk.audit.id, at: now() }));
    setBusy(false);
  };
  return (
    <section class="question question-now">
      <h2 class="question-label">The walk is paused</h2>
      <p>Everything that was answered is kept.</p>
      {walk.canAnswer && (
        <Button kind="primary" large icon="start" busy={busy} onClick={() => void resume()}>
          Go on with the walk
        </Button>
      )}
    </section>
  );
}
