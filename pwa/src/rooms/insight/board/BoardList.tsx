import { categories, reference } from "../../../sync";
import {
  agoInWords,
  Chip,
  clockNow,
  Due,
  exactTime,
  Icon,
  JOB_STATUS,
  Photo,
  spanInWords,
  statusOf,
  Tag,
} from "../../../ui";
import type { Shown } from "./merge";
import type { BoardRow } from "./shapes";

const STOPPED = new Set(["done", "verified", "returned", "cancelled"]);

export function titleOf(row: { category: string }): string {
  return categories.value.get(row.category)?.label ?? row.category;
}

/** What is chosen and what the keyboard is on. */
export interface Choosing {
  current: string | null;
  chosen: ReadonlySet<string>;
  onCurrent: (id: string) => void;
  /** `range`: everything from the last one chosen to this. */
  onChoose: (id: string, range: boolean) => void;
}

interface ListProps extends Choosing {
  shown: Shown;
  now: Date;
  linkTo: (row: BoardRow) => string;
  /** Several organisations' work stands in the list. */
  manyOwners: boolean;
  label: string;
  busy: boolean;
}

/** The rows: picture, what, where, whose, by when, how far. A table for readers, cards on a phone. */
export function BoardList(props: ListProps) {
  const { shown } = props;
  return (
    <table class={props.busy ? "board-table board-table-old" : "board-table"} aria-busy={props.busy}>
      <caption class="sr-only">{props.label}</caption>
      <thead class="sr-only">
        <tr>
          <th scope="col">Choose</th>
          <th scope="col">Photo</th>
          <th scope="col">What</th>
          <th scope="col">Where</th>
          <th scope="col">Who</th>
          <th scope="col">Due</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {shown.rows.map((row) => (
          <Row key={row.id} row={row} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  row,
  shown,
  current,
  chosen,
  onCurrent,
  onChoose,
  now,
  linkTo,
  manyOwners,
}: ListProps & { row: BoardRow }) {
  const isGone = shown.gone.has(row.id);
  const names = [
    "board-row",
    row.id === current && "board-row-current",
    chosen.has(row.id) && "board-row-chosen",
    isGone && "board-row-gone",
    shown.touched.has(row.id) && "board-row-touched",
  ];
  return (
    <tr
      id={`row-${row.id}`}
      class={names.filter(Boolean).join(" ")}
      data-breach={STOPPED.has(row.status) ? "over" : row.breach}
      aria-current={row.id === current ? "true" : undefined}
      onClick={() => onCurrent(row.id)}
    >
      <td class="board-tick">
        <label>
          <input
            type="checkbox"
            checked={chosen.has(row.id)}
            onClick={(event) => {
              event.stopPropagation();
              onChoose(row.id, event.shiftKey);
            }}
          />
          <span class="sr-only">Choose {row.number}</span>
        </label>
      </td>
      <td class="board-picture">
        <Photo
          src={row.picture?.thumbnail}
          state={row.picture?.state ?? null}
          alt=""
          icon={categories.value.get(row.category)?.icon}
        />
      </td>
      <th scope="row" class="board-what">
        <a class="row-link" href={linkTo(row)} onFocus={() => onCurrent(row.id)}>
          {titleOf(row)}
        </a>
        <Facts row={row} />
      </th>
      <td class="board-where">
        <span class="board-line">{row.street_text || "On the map"}</span>
        <span class="row-under">{row.ward?.name}</span>
      </td>
      <td class="board-who">
        <Who row={row} manyOwners={manyOwners} />
      </td>
      <td class="board-due">
        <When row={row} now={now} />
      </td>
      <td class="board-state">{isGone ? <Tag icon="forward">Gone</Tag> : <State row={row} />}</td>
    </tr>
  );
}

/** Number, and what makes this one different: hazard, make safe, back again, escalated. */
function Facts({ row }: { row: BoardRow }) {
  return (
    <span class="row-under board-facts">
      <span class="tabular">{row.number}</span>
      {row.hazard && (
        <span class="board-fact tone-late" title={row.hazard}>
          <Icon name="hazard" size="1em" /> Hazard
        </span>
      )}
      {row.kind === "make_safe" && <span class="board-fact">Make safe</span>}
      {row.severity === 1 && <span class="board-fact">Critical</span>}
      {row.recurrences > 0 && (
        <span class="board-fact" title={`Fixed here ${row.recurrences} times before`}>
          Back again
        </span>
      )}
      {row.reopened_count > 0 && <span class="board-fact">Opened again</span>}
    </span>
  );
}

function Who({ row, manyOwners }: { row: BoardRow; manyOwners: boolean }) {
  const whom = row.assigned_to?.name ?? row.team?.name;
  if (manyOwners) {
    return (
      <>
        <span class="board-line">{row.organisation.short_name || row.organisation.name}</span>
        <span class="row-under">{whom ?? "nobody yet"}</span>
      </>
    );
  }
  return (
    <>
      <span class={whom ? "board-line" : "board-line quiet-text"}>{whom ?? "Nobody yet"}</span>
      <span class="row-under">{row.assigned_to && row.team?.name}</span>
    </>
  );
}

const PLANNED = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

function When({ row, now }: { row: BoardRow; now: Date }) {
  if (row.done_at && STOPPED.has(row.status)) {
    return (
      <>
        <span title={exactTime(row.done_at)}>{agoInWords(row.done_at, now)}</span>
        <span class="row-under">{row.breach === "late" ? "after its time" : "in time"}</span>
      </>
    );
  }
  const age = spanInWords(now.getTime() - Date.parse(row.clock_started_at));
  return (
    <>
      <Due due={row.due_at} now={clockNow(now, row.paused)} atRiskAt={row.at_risk_at} still />
      <span class="row-under" title={`Received ${exactTime(row.clock_started_at)}`}>
        {row.planned_for ? `planned ${PLANNED.format(new Date(row.planned_for))}` : `${age} old`}
      </span>
    </>
  );
}

/** A chip and at most one line under it: a row keeps its height whatever becomes of the job. */
function State({ row }: { row: BoardRow }) {
  const reasons = [...(reference.value?.pause_reasons ?? []), ...(reference.value?.return_reasons ?? [])];
  const code = row.paused?.reason || (row.status === "returned" ? row.returned_reason : "");
  const why = reasons.find((one) => one.code === code)?.label;
  const escalated = row.escalated_level > 0 && `Escalated ${row.escalated_level}`;
  const words = [escalated, why].filter(Boolean).join(", ");
  return (
    <>
      <Chip status={statusOf(JOB_STATUS, row.status)} />
      {words && (
        <span class={escalated ? "row-under tone-late" : "row-under"} title={words}>
          {words}
        </span>
      )}
    </>
  );
}
