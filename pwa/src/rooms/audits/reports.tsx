import { query, setQuery } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { type DefectView, defects } from "../../sync";
import { Choices, Empty, LinkButton, LongList, TopBar } from "../../ui";
import { DefectCard } from "./defect-card";

type Show = "going" | "fixed" | "all";
const CARD_PX = 148;

const FINISHED: ReadonlySet<DefectView["status"]> = new Set(["verified", "rejected", "duplicate"]);

function isGoing(row: DefectView): boolean {
  return row.local !== null || (!FINISHED.has(row.status) && row.status !== "resolved");
}

/** Everything this person reported, newest first, and how far each has come. */
export function Reports() {
  const asked = query.value.get("show");
  const show: Show = asked === "fixed" || asked === "all" ? asked : "going";
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
        <LongList<DefectView> key={show} items={rows} keyOf={(row) => row.id} estimatePx={CARD_PX} label="Reports">
          {(row) => <DefectCard row={row} />}
        </LongList>
      </div>
    </>
  );
}
