import type { Status } from "../../../ui";
import { Chip, statusOf } from "../../../ui";
import type { Change } from "./shapes";

const KINDS: Record<string, Status> = {
  added: { tone: "good", icon: "plus", word: "New" },
  removed: { tone: "late", icon: "trash", word: "Gone" },
  changed: { tone: "busy", icon: "edit", word: "Changed" },
  moved: { tone: "idle", icon: "repeat", word: "Moved" },
};

/** What a change of one field is about, by the last part of its path. */
const FIELDS: Record<string, string> = {
  title: "Title",
  purpose: "What it is for",
  kind: "Kind of walk",
  green_from: "Green from (%)",
  amber_from: "Amber from (%)",
  label: "Words",
  help: "Help",
  examples: "Example photos",
  type: "How it is answered",
  required: "Must be answered",
  required_when: "When it must be answered",
  relevant: "When it is asked",
  scored: "Graded",
  constraint: "What an answer has to fulfil",
  constraint_words: "What is said when it is not",
  restricted: "Restricted",
  unit: "Unit",
  least: "Least",
  most: "Most",
  weight: "Weight",
  defect: "Defect that it offers",
  asset_kind: "Kind of thing",
  points: "Points",
  fails: "Fails the audit",
  when: "When it is offered",
};

/** What differs between two versions, what belongs together under one heading. */
export function Differences({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p>Nothing differs.</p>;
  return (
    <ul class="differs-list">
      {together(changes).map(({ label, rows }) => (
        <li key={rows[0]?.path} class="differs">
          <h3 class="differs-label">{label}</h3>
          <ul class="differs-rows">
            {rows.map((row) => (
              <li key={row.path + row.kind}>
                <OneChange row={row} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** Rows in a row that are about one thing. */
function together(changes: readonly Change[]): { label: string; rows: Change[] }[] {
  const groups: { label: string; rows: Change[] }[] = [];
  for (const row of changes) {
    const last = groups.at(-1);
    if (last && last.label === row.label) last.rows.push(row);
    else groups.push({ label: row.label, rows: [row] });
  }
  return groups;
}

function OneChange({ row }: { row: Change }) {
  const field = FIELDS[row.path.split("/").at(-1) ?? ""];
  return (
    <div class="differs-row">
      <Chip status={statusOf(KINDS, row.kind)} />
      {row.kind === "changed" && field ? (
        <div class="differs-words">
          <p class="small-text quiet-text">
            {field}
            {choiceOf(row.path)}
          </p>
          <p class="differs-both">
            <del>
              <span class="sr-only">Before: </span>
              {row.before ?? "nothing"}
            </del>{" "}
            <ins>
              <span class="sr-only">Now: </span>
              {row.after ?? "nothing"}
            </ins>
          </p>
        </div>
      ) : (
        <p class="differs-words">{row.words}</p>
      )}
    </div>
  );
}

/** " of the answer yes", where the change is of one answer. */
function choiceOf(path: string): string {
  const code = /\/choices\/([^/]+)\/[^/]+$/.exec(path)?.[1];
  return code ? ` of the answer ${code}` : "";
}
