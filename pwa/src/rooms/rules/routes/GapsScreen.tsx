import "./routes.css";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Choices, counted, Icon, longDay, Section, TopBar } from "../../../ui";
import type { Cell, Gaps } from "./shapes";

type Show = "all" | "gaps" | "found";

/** Who serves which category on which land, and what nobody does. */
export default function GapsScreen() {
  const asked = useAsk<Gaps>("/api/routes/gaps");
  const { query } = useRoute();
  const gaps = asked.data;
  const found = (row: Gaps["rows"][number]) => row.cells.some((cell) => cell.state === "nobody" && cell.received > 0);
  const hasGap = (row: Gaps["rows"][number]) => row.cells.some((cell) => cell.state === "nobody");
  // What was found where nobody serves comes first: those gaps cost somebody's time every week.
  const show = (query.get("show") as Show | null) ?? (gaps?.rows.some(found) ? "found" : "all");
  const rows = gaps?.rows.filter((row) => show === "all" || (show === "gaps" ? hasGap(row) : found(row))) ?? [];
  return (
    <>
      <TopBar
        title="Gaps and overlaps"
        back="/rules/routes"
        backLabel="Routes"
        status={gaps && <span>By the book of {longDay(gaps.as_of)}; reports of the last 90 days</span>}
      />
      <div class="page gaps">
        <Stale asked={asked} what="The table" />
        {gaps && (
          <>
            <Overlaps gaps={gaps} />
            <Section title={`${counted(gaps.gaps, "gap")}: what nobody serves`}>
              <p>
                A report in a gap waits in triage for a person. Some gaps are meant: nobody clears private land without
                being asked. “Partly” is served in some areas, for some owners or some severities only.
              </p>
              <Choices
                label="Which categories"
                value={show}
                choices={[
                  { value: "found", label: "With reports in a gap", count: gaps.rows.filter(found).length },
                  { value: "gaps", label: "With gaps", count: gaps.rows.filter(hasGap).length },
                  { value: "all", label: "All categories", count: gaps.rows.length },
                ]}
                onChange={(value) => setQuery({ show: value })}
              />
              <Matrix gaps={gaps} rows={rows} />
            </Section>
          </>
        )}
      </div>
    </>
  );
}

function Overlaps({ gaps }: { gaps: Gaps }) {
  return (
    <Section title={gaps.overlaps.length ? counted(gaps.overlaps.length, "overlap") : "No overlaps"}>
      {gaps.overlaps.length === 0 && <p>No two routes that are equally exact fit the same report.</p>}
      <ul class="overlaps">
        {gaps.overlaps.map((overlap) => {
          const [first, second] = overlap.routes;
          if (!first || !second) return null;
          return (
            <li key={`${first.code} ${second.code}`}>
              <a class="book-link" href={`/rules/routes/${first.code}`}>
                {first.label}
              </a>{" "}
              {overlap.kind === "same" ? "asks for the same as" : "stands first and wins over the equally exact"}{" "}
              <a class="book-link" href={`/rules/routes/${second.code}`}>
                {second.label}
              </a>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** A table at the desk; on a phone each category is a card with its kinds of land below each other. */
function Matrix({ gaps, rows }: { gaps: Gaps; rows: Gaps["rows"] }) {
  const lands = new Map(gaps.land_types.map((land) => [land.code, land.label]));
  return (
    <div class="matrix-scroll">
      <table class="matrix">
        <caption class="sr-only">Who serves each category on each kind of land</caption>
        <thead>
          <tr>
            <th scope="col">Category</th>
            {gaps.land_types.map((land) => (
              <th key={land.code} scope="col">
                {land.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.category.code}>
              <th scope="row">{row.category.label}</th>
              {row.cells.map((cell) => (
                <td
                  key={cell.land_type}
                  class={`matrix-${cell.state}${cell.received ? " matrix-found" : ""}`}
                  data-label={lands.get(cell.land_type)}
                >
                  <Served cell={cell} category={row.category.code} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Served({ cell, category }: { cell: Cell; category: string }) {
  const reports = cell.received > 0 && <span class="matrix-count">{counted(cell.received, "report")}</span>;
  if (cell.state === "nobody") {
    return (
      <>
        <span class="matrix-who">
          <Icon name="warning" size="1em" /> Nobody
        </span>
        {reports}
      </>
    );
  }
  return (
    <>
      <a class="matrix-who" href={`/rules/routes?category=${category}&land=${cell.land_type}`}>
        {cell.organisations.join(", ")}
      </a>
      <span class="matrix-count">{cell.state === "some_places" ? "Partly" : cell.target}</span>
      {reports}
    </>
  );
}
