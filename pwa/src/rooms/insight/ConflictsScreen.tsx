import { useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { Conflict, ConflictPage } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { categories, serverNow, session } from "../../sync";
import { agoInWords, Button, Card, Choices, Empty, LinkButton, Photo, Tag, TopBar, useNow } from "../../ui";

type State = "open" | "decided" | "refused";

const STATES: { value: State; label: string }[] = [
  { value: "open", label: "Waiting" },
  { value: "decided", label: "Decided" },
  { value: "refused", label: "Refused" },
];
const EMPTY: Record<State, { title: string; words: string }> = {
  open: {
    title: "Nothing waits for a decision",
    words: "When two people change one thing, the first stays and the other comes here, so that nothing is lost.",
  },
  decided: { title: "Nothing has been decided yet", words: "What a desk decided stays here to be read." },
  refused: {
    title: "Nothing was refused",
    words: "What somebody's phone sent and the rules did not allow is kept here, with the reason.",
  },
};

function stateOf(asked: string | null): State {
  return STATES.find((one) => one.value === asked)?.value ?? "open";
}

/** What two people did to one thing, and what was refused: the undecided first. */
export function ConflictsScreen() {
  const { query } = useRoute();
  const state = stateOf(query.get("state"));
  const question = `/api/conflicts?state=${state}`;
  const asked = useAsk<ConflictPage>(question, 30_000);
  const [more, setMore] = useState<{ question: string; pages: ConflictPage[] }>({ question, pages: [] });
  const [busy, setBusy] = useState(false);
  const now = useNow(serverNow);
  const pages = [asked.data, ...(more.question === question ? more.pages : [])].filter((page) => page !== null);
  const rows = [...new Map(pages.flatMap((page) => page.results).map((row) => [row.id, row])).values()];
  const next = pages[pages.length - 1]?.next ?? null;
  const fetchMore = async () => {
    setBusy(true);
    const answer = await ask<ConflictPage>(`${question}&cursor=${next}`);
    setBusy(false);
    if (answer.kind === "ok") setMore({ question, pages: [...pages.slice(1), answer.data] });
  };
  return (
    <>
      <TopBar title="Conflicts" status={<span>{headline(state, asked.data)}</span>} />
      <div class="page desk-list">
        <Choices
          label="Which"
          choices={STATES}
          value={state}
          onChange={(value) => setQuery({ state: value === "open" ? null : value })}
        />
        <Stale asked={asked} what="The list" />
        {asked.data && rows.length === 0 && (
          <Empty icon="check" title={EMPTY[state].title}>
            <p>{EMPTY[state].words}</p>
          </Empty>
        )}
        <ul class="stack">
          {rows.map((row) => (
            <li key={row.id}>
              <Row row={row} now={now} />
            </li>
          ))}
        </ul>
        {next && (
          <Button busy={busy} onClick={() => void fetchMore()}>
            Show more
          </Button>
        )}
        <Elsewhere />
      </div>
    </>
  );
}

function headline(state: State, page: ConflictPage | null): string {
  if (!page) return "";
  if (state === "decided") return `${page.count} decided, the newest first`;
  if (state === "refused") return `${page.count} refused, the newest first`;
  if (page.count === 0) return "Nothing waits";
  return page.count === 1 ? "1 waits for a decision" : `${page.count} wait for a decision, the oldest first`;
}

export function whatOf(row: Conflict): string {
  return (row.category && categories.value.get(row.category)?.label) || "Something that was sent";
}

function Row({ row, now }: { row: Conflict; now: Date }) {
  const photo = row.theirs.photos[0] ?? row.ours.photos[0];
  const category = row.category ? categories.value.get(row.category) : undefined;
  return (
    <Card href={`/conflicts/${row.id}`} tone={row.state === "open" ? "risk" : "plain"} class="conflict-card">
      <Photo src={photo?.thumbnail} state={photo?.state} alt="" icon={category?.icon} />
      <div class="conflict-card-words">
        <h2 class="conflict-card-title">{row.theirs.title}</h2>
        <p>{row.state === "refused" ? row.detail : `Meanwhile: ${row.ours.title}`}</p>
        <p class="quiet-text small-text">
          {[whatOf(row), row.street_text, `sent ${agoInWords(row.received_at, now)}`].filter(Boolean).join(" · ")}
        </p>
        {row.decided && (
          <p class="row">
            <Tag icon={row.decided.decision === "take" ? "check" : "cancelled"}>{decisionWords(row)}</Tag>
          </p>
        )}
      </div>
    </Card>
  );
}

/** What was decided, in words. */
export function decisionWords(row: Conflict): string {
  if (!row.decided) return "";
  const words = row.decided.decision === "take" ? "The later one was taken" : "The first one stays";
  return row.decided.by ? `${words}: ${row.decided.by}` : words;
}

/** The desk's rarer errands, which stand on the rail only where it is wide. */
function Elsewhere() {
  const role = session.value.person?.role;
  return (
    <div class="row conflicts-elsewhere">
      <LinkButton href="/import" icon="inbox">
        Hand in a phone's file
      </LinkButton>
      {role !== "dispatcher" && (
        <LinkButton href="/phones" icon="phone">
          Phones people sign in on
        </LinkButton>
      )}
    </div>
  );
}
