import "./plan.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { serverNow } from "../../../sync";
import { Banner, Button, Chip, counted, Empty, Section, TopBar, useNow } from "../../../ui";
import { ActionCard } from "./ActionCard";
import { ActionSheet } from "./ActionSheet";
import { Advice } from "./Advice";
import { NextStep, Standing } from "./Deciding";
import { Proposed } from "./Proposed";
import type { Action, Plan } from "./shapes";
import { PLAN_STATE } from "./words";

/** The action plan of one audit, as the partnership reads, writes and approves it. */
export default function PlanScreen({ id }: { id: string | null }) {
  const { path } = useRoute();
  const asked = useAsk<Plan>(id ? `/api/audits/${id}/plan` : null, 60_000);
  const [editing, setEditing] = useState<Action | "new" | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const now = useNow(serverNow);
  const plan = asked.data;
  const dropped = plan?.actions.filter((action) => action.state === "dropped") ?? [];
  const standing = plan?.actions.filter((action) => action.state !== "dropped") ?? [];
  const done = (words: string) => {
    setSaid(words);
    setEditing(null);
    asked.again();
  };
  return (
    <>
      <TopBar
        title="Action plan"
        back={`/audits/${id}`}
        backLabel="The audit"
        status={
          plan && (
            <span class="row">
              <strong>{plan.audit.title}</strong>
              <span class="tabular">{plan.audit.number}</span>
              <Chip status={PLAN_STATE[plan.state]} />
            </span>
          )
        }
      />
      <div class={plan?.may.write ? "page plan plan-writing" : "page plan"}>
        <div class="plan-main">
          {said && <Banner kind="good" title={said} live="status" />}
          <Stale asked={asked} what="The action plan" />
          {plan && (
            <>
              <Standing plan={plan} />
              {!plan.whole && (
                <p class="quiet-text">These are the actions of your organisation. The rest of the plan is not shown.</p>
              )}
              <Section
                title={standing.length ? counted(standing.length, "action") : "Actions"}
                aside={
                  plan.may.write && (
                    <Button icon="plus" onClick={() => setEditing("new")}>
                      Add an action
                    </Button>
                  )
                }
              >
                <Counts plan={plan} />
                {standing.length === 0 && <NoActions writes={plan.may.write} />}
                <ul class="plan-actions">
                  {[...standing, ...dropped].map((action) => (
                    <li key={action.id}>
                      <ActionCard action={action} today={plan.today} now={now} from={path} onChange={setEditing} />
                    </li>
                  ))}
                </ul>
              </Section>
            </>
          )}
        </div>
        {plan && (
          <div class="plan-side">
            {plan.may.write && id && (
              <Proposed
                auditId={id}
                version={plan.version}
                onAdded={(written) => done(`${written.number} is in the plan`)}
              />
            )}
            <Advice plan={plan} onDone={done} />
          </div>
        )}
      </div>
      {plan && (
        <NextStep
          plan={plan}
          onDone={(words) => {
            done(words);
            // Where it stands now is told at the top.
            globalThis.scrollTo(0, 0);
          }}
        />
      )}
      {editing && id && (
        <ActionSheet
          auditId={id}
          action={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onDone={(written) => done(`${written.number} ${editing === "new" ? "is in the plan" : "is kept"}`)}
          onDropped={(written) => done(`${written.number} was dropped`)}
        />
      )}
    </>
  );
}

function Counts({ plan }: { plan: Plan }) {
  const { counts, actions } = plan;
  const proposed = actions.filter((action) => action.state === "proposed").length;
  const words = [
    counts.overdue ? `${counts.overdue} overdue` : "",
    proposed ? `${proposed} proposed` : "",
    counts.open ? `${counts.open} to do` : "",
    counts.done ? `${counts.done} done` : "",
  ].filter(Boolean);
  return words.length > 0 ? <p class="quiet-text">{words.join(", ")}</p> : null;
}

function NoActions({ writes }: { writes: boolean }) {
  return (
    <Empty icon="check" title="The plan is empty">
      <p>
        {writes
          ? "Add what the walk found with one tap, or write an action of your own."
          : "Officers and the council's desks write it. It comes here with its first action."}
      </p>
    </Empty>
  );
}
