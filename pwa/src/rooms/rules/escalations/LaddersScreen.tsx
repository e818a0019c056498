import "./escalations.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { session } from "../../../sync";
import { Banner, Button, Card, TopBar } from "../../../ui";
import { LadderSheet } from "./LadderSheet";
import type { Ladder } from "./shapes";
import { whenInWords, whoInWords } from "./words";

/** Who is told when a job of each organisation is late, and who after that. */
export default function LaddersScreen() {
  const asked = useAsk<{ results: Ladder[] }>("/api/ladders");
  const [changing, setChanging] = useState<Ladder | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const role = session.value.person?.role;
  const mayChange = role === "administrator" || role === "manager";
  return (
    <>
      <TopBar
        title="Escalations"
        back="/rules"
        backLabel="Rules"
        status={<span>Who is told when a job is late, and who after that</span>}
      />
      <div class="page ladders">
        {said && <Banner kind="good" title={said} live="status" />}
        <Stale asked={asked} what="The ladders" />
        <ul class="ladder-list">
          {asked.data?.results.map((ladder) => (
            <li key={ladder.organisation.id}>
              <Card class="ladder">
                <div class="row-apart">
                  <h2>{ladder.organisation.name}</h2>
                  {mayChange && (
                    <Button icon="edit" onClick={() => setChanging(ladder)}>
                      Change<span class="sr-only"> the ladder of {ladder.organisation.name}</span>
                    </Button>
                  )}
                </div>
                <ol class="rungs">
                  {ladder.steps.map((step) => (
                    <li key={step.level}>
                      <strong>{step.title}</strong>
                      <span>{whenInWords(step.after_minutes)}</span>
                      <span class="quiet-text">{whoInWords(step, ladder.organisation.name)}</span>
                    </li>
                  ))}
                </ol>
                {!ladder.is_own && <p class="quiet-text small-text">The usual ladder: nobody has changed it yet.</p>}
              </Card>
            </li>
          ))}
        </ul>
      </div>
      <LadderSheet
        ladder={changing}
        onClose={() => setChanging(null)}
        onSaved={(ladder) => {
          setChanging(null);
          setSaid(`${ladder.organisation.name}: the ladder is changed. Open jobs follow it.`);
          asked.again();
        }}
      />
    </>
  );
}
