/** What is done with the walk as a whole: pause, hand over, finish. Far from the answers on purpose. */
import { useState } from "preact/hooks";
import type { Named } from "../../../api/types";
import { useAsk } from "../../../api/useAsk";
import { session } from "../../../sync";
import { Banner, Button, LinkButton, RadioCards, Section, Sheet, TextArea } from "../../../ui";
import { act, keeping, now } from "./answering";
import type { Walk } from "./useWalk";
import { GiveUp } from "./WithSignal";

export function Doings({ walk }: { walk: Walk }) {
  const { audit, canAnswer } = walk;
  const [open, setOpen] = useState<"pause" | "hand_over" | null>(null);
  const walking = audit.state === "walking" || audit.state === "paused";
  if (!canAnswer || !walking) return null;
  const me = session.value.person?.id;
  return (
    <Section title="The walk">
      <div class="walk-doings">
        {audit.state === "walking" && (
          <Button icon="pause" onClick={() => setOpen("pause")}>
            Pause
          </Button>
        )}
        {audit.led_by.id === me && (
          <Button icon="hand" onClick={() => setOpen("hand_over")}>
            Hand over
          </Button>
        )}
        <LinkButton icon="check" href={`/audits/${audit.id}/finish`}>
          Finish
        </LinkButton>
        <GiveUp walk={walk} />
      </div>
      <PauseSheet walk={walk} open={open === "pause"} onClose={() => setOpen(null)} />
      <HandOverSheet walk={walk} open={open === "hand_over"} onClose={() => setOpen(null)} />
    </Section>
  );
}

interface SheetProps {
  walk: Walk;
  open: boolean;
  onClose: () => void;
}

function PauseSheet({ walk, open, onClose }: SheetProps) {
  const [note, setNote] = useState("");
  const pause = async () => {
    const { id } = walk.audit;
    if (await keeping(() => act("pause_audit", { audit_id: id, at: now(), note: note.trim() }))) onClose();
  };
  return (
    <Sheet open={open} title="Pause the walk" onClose={onClose}>
      <p>
        Everything stays as it is, until you or somebody who walks with you goes on.
        {walk.audit.check_in && " The check-in goes on, too, until you finish it or the walk."}
      </p>
      <TextArea label="Why, or where you stopped" value={note} maxLength={2000} rows={2} onInput={setNote} />
      <Button kind="primary" large icon="pause" onClick={() => void pause()}>
        Pause
      </Button>
    </Sheet>
  );
}

function HandOverSheet({ walk, open, onClose }: SheetProps) {
  const me = session.value.person?.id;
  // Kept while the app is open, so that a walk can also be handed over where there is no signal.
  const asked = useAsk<{ results: (Named & { organisation: string })[] }>(open ? "/api/audits/people" : null);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const walkers = walk.audit.walkers.map((one) => one.person).filter((person) => person.id !== me);
  const known = new Set(walkers.map((person) => person.id));
  const others = (asked.data?.results ?? []).filter((person) => person.id !== me && !known.has(person.id));
  const people = [
    ...walkers.map((person) => ({ value: person.id, label: person.name, hint: "Walks with you" })),
    ...others.map((person) => ({ value: person.id, label: person.name, hint: person.organisation })),
  ];
  const hand = async () => {
    if (!to) return setWrong("Choose who leads the walk from now on");
    const { id } = walk.audit;
    const kept = await keeping(() =>
      act("hand_over_audit", { audit_id: id, to_person_id: to, note: note.trim(), at: now() }),
    );
    if (kept) onClose();
  };
  return (
    <Sheet open={open} title="Hand the walk over" onClose={onClose}>
      <p>They lead it from then on: it is on their phone as soon as it and this one have had signal.</p>
      {people.length === 0 ? (
        <Banner kind="offline" title="Nobody to choose from here">
          <p>Who walks with you stands here; all colleagues come where there is signal.</p>
        </Banner>
      ) : (
        <RadioCards
          legend="To whom?"
          name="hand-over"
          value={to}
          options={people}
          error={wrong}
          onChange={(value) => {
            setTo(value);
            setWrong(null);
          }}
        />
      )}
      <TextArea label="What they should know" value={note} maxLength={2000} rows={2} onInput={setNote} />
      <Button kind="primary" large icon="hand" disabled={people.length === 0} onClick={() => void hand()}>
        Hand it over
      </Button>
    </Sheet>
  );
}
