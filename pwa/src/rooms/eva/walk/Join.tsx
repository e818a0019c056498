/** Somebody who does not walk it yet takes part: everything, or the sections that they agreed on. */
import { useState } from "preact/hooks";
import { session } from "../../../sync";
import { Button, Checkbox, Sheet } from "../../../ui";
import { act, keeping, now } from "./answering";
import { progressOf } from "./asked";
import type { Walk } from "./useWalk";

/** Offered to who looks at an audit that goes on and is not one of those who walk it. */
export function Join({ walk }: { walk: Walk }) {
  const { audit, canAnswer } = walk;
  const [open, setOpen] = useState(false);
  const me = session.value.person?.id;
  const walks = audit.walkers.find((one) => one.person.id === me);
  if (!canAnswer || audit.state === "walked") return null;
  return (
    <>
      {walks ? (
        audit.walkers.length > 1 && (
          <Button kind="quiet" icon="list" onClick={() => setOpen(true)}>
            {walks.sections ? "Your sections" : "Take some sections only"}
          </Button>
        )
      ) : (
        <Button kind="secondary" large icon="team" onClick={() => setOpen(true)}>
          Walk along
        </Button>
      )}
      <Sheet open={open} title={walks ? "Your sections" : "Walk along"} onClose={() => setOpen(false)}>
        {open && <Sections walk={walk} onDone={() => setOpen(false)} />}
      </Sheet>
    </>
  );
}

function Sections({ walk, onDone }: { walk: Walk; onDone: () => void }) {
  const { audit, definition } = walk;
  const me = session.value.person?.id;
  const before = audit.walkers.find((one) => one.person.id === me)?.sections ?? null;
  const all = definition ? progressOf(definition, walk.asked).map((one) => one.section) : [];
  const [chosen, setChosen] = useState<readonly string[]>(before ?? []);
  const join = async (sections: string[] | null) => {
    if (await keeping(() => act("join_audit", { audit_id: audit.id, sections, at: now() }))) onDone();
  };
  const others = (code: string) =>
    audit.walkers.filter((one) => one.person.id !== me && one.sections?.includes(code)).map((one) => one.person.name);
  return (
    <>
      <p>
        The audit is kept on this phone, also without signal. Answer everything, or the sections that you agreed on.
        Where two people answer differently, both answers are kept and the lead decides.
      </p>
      <Button kind={chosen.length === 0 ? "primary" : "secondary"} wide onClick={() => void join(null)}>
        Everything
      </Button>
      {all.map((section) => {
        const taken = others(section.code);
        return (
          <Checkbox
            key={section.code}
            label={section.title}
            hint={taken.length > 0 ? `Taken by ${taken.join(", ")}` : undefined}
            checked={chosen.includes(section.code)}
            onChange={(on) =>
              setChosen(on ? [...chosen, section.code] : chosen.filter((code) => code !== section.code))
            }
          />
        );
      })}
      {chosen.length > 0 && (
        <Button kind="primary" large icon="check" onClick={() => void join([...chosen])}>
          {chosen.length === 1 ? "This section" : `These ${chosen.length} sections`}
        </Button>
      )}
    </>
  );
}
