import { useState } from "preact/hooks";
import { query, setQuery } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { type DefectView, defects } from "../../sync";
import { Button, Choices, Empty, LinkButton, TopBar } from "../../ui";
import { DefectCard } from "./defect-card";

type Show = "going" | "fixed" | "all";
const PAGE = 30;

const FINISHED: ReadonlySet<DefectView["status"]> = new Set(["verified", "rejected", "duplicate"]);

function isGoing(row: DefectView): boolean {
  return row.local !== null || (!FINISHED.has(row.status) && row.status !== "resolved");
}

/** Everything this person reported, newest first, and how far each has come. */
export function Reports() {
  const asked = query.value.get("show");
  const show: Show = asked === "fixed" || asked === "all" ? asked : "going";
  const [shown, setShown] = useState(PAGE);
  const mine = defects.value.filter((row) => row.mine);
  const going = mine.filter(isGoing);
  const look = mine.filter((row) => row.status === "resolved");
  const fixed = [...look, ...mine.filter((row) => row.status === "verified")];
  const rows = { going, fixed, all: mine }[show];
  return (
    <>
      <TopBar title="My reports" status={<SyncLine />} />
      <div class="page">
        <Choices<Show>
          label="Which reports"
          value={show}
          choices={[
            { value: "going", label: "Under way", count: going.length },
            { value: "fixed", label: "Fixed", count: look.length },
            { value: "all", label: "All" },
          ]}
          onChange={(value) => setQuery({ show: value === "going" ? null : value })}
        />
        {rows.length === 0 && (
          <Empty icon="reports" title={show === "fixed" ? "Nothing fixed yet" : "No reports here yet"}>
            <p>What you report appears here at once, and you see who has it and by when.</p>
            <LinkButton kind="primary" icon="camera" href="/report">
              Report a problem
            </LinkButton>
          </Empty>
        )}
        <ul class="stack">
          {rows.slice(0, shown).map((row) => (
            <li key={row.id}>
              <DefectCard row={row} />
            </li>
          ))}
        </ul>
        {rows.length > shown && (
          <Button wide onClick={() => setShown(shown + PAGE)}>
            {`Show ${Math.min(PAGE, rows.length - shown)} more of ${rows.length}`}
          </Button>
        )}
      </div>
    </>
  );
}
