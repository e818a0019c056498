import { useState } from "preact/hooks";
import { serverNow, session } from "../../../sync";
import { Banner, Button, clockTime, Icon, useNow } from "../../../ui";
import { act, keeping, now } from "./answering";
import type { Walk } from "./useWalk";
import { Missed } from "./WithSignal";

const SOON_MS = 5 * 60_000;

/**
 * By when whoever walks has to say that all is well. The server holds the timer: it runs also where this
 * phone has no signal, from the moment the server heard of it.
 */
export function CheckInLine({ walk }: { walk: Walk }) {
  const time = useNow(serverNow);
  const [busy, setBusy] = useState(false);
  const { audit } = walk;
  const check = audit.check_in;
  const me = session.value.person?.id;
  const walks = audit.led_by.id === me || audit.walkers.some((one) => one.person.id === me);
  if (!check || audit.state === "walked" || audit.state === "signed") return null;
  if (!walks && check.missed_at) return <Missed walk={walk} />;
  const say = async () => {
    setBusy(true);
    await keeping(() => act("check_in", { audit_id: audit.id, at: now(), minutes: check.minutes }));
    setBusy(false);
  };
  const due = check.next_due_at ? Date.parse(check.next_due_at) : null;
  const left = due === null ? null : due - time.getTime();
  const late = left !== null && left < 0;
  const button = walks && (
    <Button
      kind={late ? "primary" : "secondary"}
      wide={late}
      large={late}
      icon="check"
      busy={busy}
      onClick={() => void say()}
    >
      All is well
    </Button>
  );
  if (late) {
    return (
      <Banner kind="late" title={`Your check-in was due at ${clockTime(check.next_due_at ?? "")}`} live="alert">
        <p>
          {check.missed_at ? "The desk has been told. Say that all is well, or ring them." : "Say that all is well."}
        </p>
        {button}
      </Banner>
    );
  }
  return (
    <div class="row-apart walk-check">
      <p role="status" class={left !== null && left < SOON_MS ? "walk-check-soon" : undefined}>
        <Icon name="clock" /> {dueWords(walk, check)}
      </p>
      {button}
    </div>
  );
}

function dueWords({ audit }: Walk, check: NonNullable<Walk["audit"]["check_in"]>): string {
  if (check.next_due_at) return `Check in by ${clockTime(check.next_due_at)}`;
  if (!audit.local.unsent_beginning)
    return "You said that all is well. The desk's timer hears of it when this is sent.";
  const every = `Check in every ${check.minutes ?? 30} minutes.`;
  return audit.local.unsent_beginning ? `${every} The timer starts when this is sent.` : every;
}
