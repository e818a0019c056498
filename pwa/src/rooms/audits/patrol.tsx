import { useState } from "preact/hooks";
import { patrol, perform, serverNow, session, setPatrol, uuid7 } from "../../sync";
import { Button, clockTime, Icon, useNow } from "../../ui";

async function start(): Promise<void> {
  const person = session.value.person;
  if (!person) return;
  const patrol_id = uuid7();
  const started_at = new Date().toISOString();
  await perform("start_patrol", { patrol_id, kind: "patrol", started_at, area_id: null });
  await setPatrol({ patrol_id, started_at, person_id: person.id });
}

async function end(patrolId: string): Promise<void> {
  await perform("end_patrol", { patrol_id: patrolId, ended_at: new Date().toISOString() });
  await setPatrol(null);
}

/** A walk that reports belong to: started and ended here, one line high. */
export function PatrolBar() {
  useNow(serverNow);
  const [busy, setBusy] = useState(false);
  const now = patrol.value;
  const act = (work: Promise<void>) => {
    setBusy(true);
    void work.finally(() => setBusy(false));
  };
  return (
    <div class="patrol">
      <Icon name={now ? "progress" : "start"} size="1.5em" />
      <p role="status">{now ? `On patrol since ${clockTime(now.started_at)}` : "No patrol started"}</p>
      {now ? (
        <Button busy={busy} onClick={() => act(end(now.patrol_id))}>
          End patrol
        </Button>
      ) : (
        <Button busy={busy} onClick={() => act(start())}>
          Start patrol
        </Button>
      )}
    </div>
  );
}
