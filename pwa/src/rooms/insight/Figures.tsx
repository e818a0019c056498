import { setQuery } from "../../app/router";
import { Icon, type IconName, type Tone } from "../../ui";
import type { AgeFigures, Backlog, OrganisationFigures } from "./figures";
import { percentInWords } from "./figures";
import { ageKey, type Filters, isOnly, only } from "./filters";

type Wanted = Partial<Record<keyof Filters, string>>;

interface FigureProps {
  label: string;
  count: number;
  icon: IconName;
  tone: Tone;
  wanted: Wanted;
  filters: Filters;
}

function Figure({ label, count, icon, tone, wanted, filters }: FigureProps) {
  return (
    <button type="button" class="figure" aria-pressed={isOnly(filters, wanted)} onClick={() => setQuery(only(wanted))}>
      <span class="figure-count tabular">{count}</span>
      <span class={`figure-label tone-${tone}`}>
        <Icon name={icon} size="1.1em" /> {label}
      </span>
    </button>
  );
}

/** The figures at the top; each is a button that shows its own list. */
export function Totals({ backlog, filters }: { backlog: Backlog; filters: Filters }) {
  const { totals, organisations } = backlog;
  const returned = organisations.reduce((sum, row) => sum + row.returned, 0);
  return (
    <div class="figures">
      <Figure
        label="At risk"
        count={totals.at_risk}
        icon="clock"
        tone="risk"
        wanted={{ breach: "at_risk" }}
        filters={filters}
      />
      <Figure label="Late" count={totals.late} icon="late" tone="late" wanted={{ breach: "late" }} filters={filters} />
      <Figure
        label="All to do"
        count={totals.open}
        icon="list"
        tone="idle"
        wanted={{ breach: "all" }}
        filters={filters}
      />
      <Figure
        label="Handed back"
        count={returned}
        icon="returned"
        tone="idle"
        wanted={{ state: "returned" }}
        filters={filters}
      />
      <Figure
        label="Done in 7 days"
        count={totals.done_7_days}
        icon="check"
        tone="good"
        wanted={{ state: "done" }}
        filters={filters}
      />
      <a class="figure" href="/triage">
        <span class="figure-count tabular">{totals.triage}</span>
        <span class="figure-label tone-idle">
          <Icon name="triage" size="1.1em" /> In triage
        </span>
      </a>
    </div>
  );
}

function Count(props: { count: number; label: string; wanted: Wanted; filters: Filters }) {
  const { count, label, wanted, filters } = props;
  if (count === 0) return <span class="quiet-text">0</span>;
  return (
    <button type="button" class="count" aria-pressed={isOnly(filters, wanted)} onClick={() => setQuery(only(wanted))}>
      {count}
      <span class="sr-only">, {label}</span>
    </button>
  );
}

/** Who has how much, and how well it goes. */
export function ByOrganisation(props: { rows: readonly OrganisationFigures[]; filters: Filters }) {
  const { rows, filters } = props;
  return (
    <div class="panel">
      <table class="counts">
        <caption>
          By organisation <span class="small-text quiet-text">on time: last 90 days</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="sr-only">Organisation</span>
            </th>
            <th scope="col">To do</th>
            <th scope="col">Late</th>
            <th scope="col">At risk</th>
            <th scope="col">On time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { id, name, short_name } = row.organisation;
            const say = short_name || name;
            return (
              <tr key={id}>
                <th scope="row">{say}</th>
                <td>
                  <Count count={row.open} label={`to do, ${say}`} wanted={{ organisation: id }} filters={filters} />
                </td>
                <td>
                  <Count
                    count={row.late}
                    label={`late, ${say}`}
                    wanted={{ organisation: id, breach: "late" }}
                    filters={filters}
                  />
                </td>
                <td>
                  <Count
                    count={row.at_risk}
                    label={`at risk, ${say}`}
                    wanted={{ organisation: id, breach: "at_risk" }}
                    filters={filters}
                  />
                </td>
                <td class="tabular">{percentInWords(row.on_time_percent)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** How long things have waited: bars to scale, late parts darker, each a button. */
export function ByAge({ rows, filters }: { rows: readonly AgeFigures[]; filters: Filters }) {
  const most = Math.max(1, ...rows.map((row) => row.open));
  return (
    <div class="panel">
      <div class="row-apart">
        <h2 class="panel-title" id="by-age">
          By age
        </h2>
        <p class="small-text quiet-text">
          <span class="age-key age-late" aria-hidden="true" /> late <span class="age-key age-rest" aria-hidden="true" />{" "}
          not late
        </p>
      </div>
      <ul class="ages" aria-labelledby="by-age">
        {rows.map((row) => {
          const wanted = { age: ageKey(row) };
          return (
            <li key={row.label}>
              <button
                type="button"
                class="age"
                aria-pressed={isOnly(filters, wanted)}
                onClick={() => setQuery(only(wanted))}
              >
                <span class="age-label">{row.label}</span>
                <span class="age-track" aria-hidden="true">
                  <span class="age-late" style={{ width: `${(row.late / most) * 100}%` }} />
                  <span class="age-rest" style={{ width: `${((row.open - row.late) / most) * 100}%` }} />
                </span>
                <span class="age-count tabular">
                  {row.open}
                  <span class="sr-only"> to do, {row.late} late</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
