import { useState } from "preact/hooks";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { categories, serverNow } from "../../sync";
import { agoInWords, Banner, dueInWords, Empty, exactTime, missingInWords, Photo, Tag, TopBar, useNow } from "../../ui";
import { stepTo } from "./filters";
import { titleOf } from "./JobRows";
import { Decide, type TriageRow } from "./TriageDecide";
import { useKeys } from "./useKeys";

/** What the routes could not decide, what is due first at the top: somebody says whose it is. */
export function TriageScreen() {
  const asked = useAsk<{ results: TriageRow[] }>("/api/triage", 30_000);
  const { query } = useRoute();
  const now = useNow(serverNow);
  const [sent, setSent] = useState<string | null>(null);
  const rows = asked.data?.results ?? [];
  const named = query.get("defect");
  const chosen = rows.find((row) => row.id === named) ?? rows[0];
  const step = (by: 1 | -1) => () =>
    setQuery({
      defect: stepTo(
        rows.map((row) => row.id),
        chosen?.id ?? null,
        by,
      ),
    });
  useKeys({ j: step(1), k: step(-1) });
  const done = (words: string) => {
    setSent(words);
    setQuery({ defect: null });
    asked.again();
  };
  return (
    <>
      <TopBar
        title="Triage"
        status={
          <span>
            {waiting(rows, asked.data !== null)} <a href="/rules/demarcations">Decisions so far</a>
          </span>
        }
      />
      <div class={named ? "triage triage-one" : "triage"}>
        <div class="triage-list">
          {sent && <Banner kind="good" title={sent} live="status" />}
          <Stale asked={asked} what="The queue" />
          {asked.data && rows.length === 0 && (
            <Empty icon="check" title="Nothing waits for a decision">
              <p>A report comes here when no route says whose it is, or when a crew hands it back.</p>
            </Empty>
          )}
          <ul class="stack-tight">
            {rows.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  class="triage-row"
                  aria-current={row.id === chosen?.id ? "true" : undefined}
                  onClick={() => setQuery({ defect: row.id })}
                >
                  <Photo
                    src={row.photos[0]?.thumbnail}
                    state={row.photos[0]?.state ?? (row.photos_missing ? "expected" : null)}
                    alt=""
                    icon={categories.value.get(row.category)?.icon}
                  />
                  <span class="triage-words">
                    <strong>{titleOf(row)}</strong>
                    <span>{row.street_text || row.ward?.name || row.number}</span>
                    <DecideBy row={row} now={now} />
                    <span class="small-text quiet-text triage-why">
                      Received {agoInWords(row.received_at, now)}. {row.triage_reason}
                    </span>
                    {missingInWords(row.photos) && (
                      <span class="small-text quiet-text">{missingInWords(row.photos)}</span>
                    )}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
        {chosen && <Decide key={chosen.id} defect={chosen} onDone={done} />}
      </div>
    </>
  );
}

function DecideBy({ row, now }: { row: TriageRow; now: Date }) {
  if (!row.triage_due_at && !row.decider) return null;
  const late = row.triage_due_at !== null && new Date(row.triage_due_at) < now;
  return (
    <span class="triage-due">
      {row.triage_due_at && (
        <span title={exactTime(row.triage_due_at)}>
          <Tag tone={late ? "late" : "idle"} icon={late ? "late" : "clock"}>
            Decide: {dueInWords(row.triage_due_at, now)}
          </Tag>
        </span>
      )}
      {row.decider && (
        <Tag tone="risk" icon="user">
          {row.decider.name} decides
        </Tag>
      )}
    </span>
  );
}

function waiting(rows: TriageRow[], known: boolean): string {
  if (!known) return "";
  if (rows.length === 0) return "Nothing waits.";
  const late = rows.filter((row) => row.triage_late).length;
  const all = rows.length === 1 ? "1 waits for a decision" : `${rows.length} wait for a decision`;
  return late ? `${all}, ${late} of them longer than they should.` : `${all}, the one due first at the top.`;
}
