import "./plan.css";
import { useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import { path, setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { reference, serverNow } from "../../../sync";
import { Button, Choices, Empty, Select, TopBar, useNow } from "../../../ui";
import { ActionCard } from "./ActionCard";
import type { Actions } from "./shapes";

type State = "overdue" | "due" | "open" | "done";
const STATES: readonly State[] = ["overdue", "due", "open", "done"];
const PAGE = 50;

/** Actions over all plans: what is overdue stands first. */
export default function ActionsScreen() {
  const { query } = useRoute();
  const state = STATES.find((one) => one === query.get("state")) ?? "open";
  const organisation = query.get("organisation") ?? "";
  const area = query.get("area") ?? "";
  const mine = query.get("mine") === "yes";
  const [size, setSize] = useState(PAGE);
  // A phone has no room for filters that are not in use; a desk always shows them.
  const [filtering, setFiltering] = useState(Boolean(organisation || area || mine));
  const asking = new URLSearchParams({ state, page_size: String(size) });
  if (organisation) asking.set("organisation", organisation);
  if (area) asking.set("area", area);
  if (mine) asking.set("mine", "yes");
  const asked = useAsk<Actions>(`/api/actions?${asking}`, 60_000);
  const now = useNow(serverNow);
  const page = asked.data;
  const rows = page?.results ?? [];
  const change = (changes: Record<string, string | null>) => {
    setSize(PAGE);
    setQuery(changes);
  };
  const from = `${path.value}?${query}`;
  return (
    <>
      <TopBar title="Action plans" back="/audits" backLabel="Audits" status={<span>{headline(page)}</span>} />
      <div class="page plans">
        <Choices
          label="Which actions"
          value={state}
          choices={[
            { value: "open", label: "To do", count: page?.counts.open },
            { value: "overdue", label: "Overdue", count: page?.counts.overdue },
            { value: "due", label: "Due in 4 weeks", count: page?.counts.due },
            { value: "done", label: "Done", count: page?.counts.done },
          ]}
          onChange={(value) => change({ state: value === "open" ? null : value })}
        />
        <div class="plans-filter-button">
          <Button icon="filter" expanded={filtering} onClick={() => setFiltering(!filtering)}>
            Filters
          </Button>
        </div>
        <div class={filtering ? "plans-filters" : "plans-filters plans-filters-closed"}>
          <Choices
            label="Whose actions"
            value={mine ? "mine" : "all"}
            choices={[
              { value: "all", label: "Everybody's" },
              { value: "mine", label: "My organisation's" },
            ]}
            onChange={(value) => change({ mine: value === "mine" ? "yes" : null })}
          />
          <Select
            label="Owner"
            value={organisation}
            options={[
              { value: "", label: "Every owner" },
              ...(page?.organisations ?? []).map((one) => ({
                value: one.id,
                label: `${one.name}: ${one.open} to do${one.overdue ? `, ${one.overdue} overdue` : ""}`,
              })),
              ...notListed(organisation, page),
            ]}
            onChange={(value) => change({ organisation: value || null })}
          />
          <Select
            label="Area"
            value={area}
            options={[
              { value: "", label: "Every area" },
              ...(reference.value?.areas ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
            onChange={(value) => change({ area: value || null })}
          />
        </div>
        <Stale asked={asked} what="The list of actions" />
        {page && rows.length === 0 && <Nothing state={state} narrowed={Boolean(organisation || area || mine)} />}
        <ul class="plan-actions">
          {rows.map((action) => (
            <li key={action.id}>
              <ActionCard action={action} today={page?.today ?? ""} now={now} from={from} withAudit />
            </li>
          ))}
        </ul>
        {page?.next != null && (
          <Button wide onClick={() => setSize((before) => Math.min(before + PAGE, 200))}>
            Show more
          </Button>
        )}
      </div>
    </>
  );
}

function headline(page: Actions | null): string {
  if (!page) return "What was agreed after audits, and how it goes";
  const { overdue } = page.counts;
  if (overdue === 0) return "Nothing is overdue";
  return overdue === 1 ? "1 action is overdue" : `${overdue} actions are overdue`;
}

/** An owner that was chosen stays in the list, also when it has nothing to do any more. */
function notListed(organisation: string, page: Actions | null): { value: string; label: string }[] {
  if (!organisation || page?.organisations.some((one) => one.id === organisation)) return [];
  const known = reference.value?.organisations.find((one) => one.id === organisation);
  return [{ value: organisation, label: known ? `${known.name}: nothing to do` : "The owner that you chose" }];
}

function Nothing({ state, narrowed }: { state: State; narrowed: boolean }) {
  if (narrowed) {
    return (
      <Empty icon="search" title="No action fits these filters">
        <p>Choose every owner and every area to see all.</p>
      </Empty>
    );
  }
  if (state === "overdue") return <Empty icon="check" title="Nothing is overdue" />;
  if (state === "done") {
    return (
      <Empty icon="check" title="Nothing is done yet">
        <p>An action comes here when its owner says that it is done, or when its job is closed.</p>
      </Empty>
    );
  }
  return (
    <Empty icon="check" title="No agreed actions to do">
      <p>They come here when the action plan of an audit is approved.</p>
    </Empty>
  );
}
