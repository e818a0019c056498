import { counted } from "../../../ui";
import { dayInWords, monthInWords, weeksOf } from "./words";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A month at a glance: how much is on each day. A day with something leads to it in the list. */
export function Month(props: {
  month: string;
  today: string;
  count: (day: string) => number;
  onDay: (day: string) => void;
}) {
  return (
    <table class="month">
      <caption class="sr-only">{monthInWords(props.month)}: how much is on each day</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((day) => (
            <th key={day} scope="col">
              <abbr title={day}>{day.slice(0, 2)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(props.month).map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td key={day} class={day === props.today ? "month-today" : undefined}>
                <OneDay day={day} inside={day.slice(0, 7) === props.month.slice(0, 7)} {...props} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OneDay(props: { day: string; inside: boolean; count: (day: string) => number; onDay: (day: string) => void }) {
  const { day, inside, count, onDay } = props;
  const number = Number(day.slice(8));
  const found = inside ? count(day) : 0;
  if (found === 0) return <span class={inside ? "month-day" : "month-day month-other"}>{number}</span>;
  return (
    <button type="button" class="month-day month-full" onClick={() => onDay(day)}>
      <span aria-hidden="true">{number}</span>
      <span class="month-count tabular" aria-hidden="true">
        {found}
      </span>
      <span class="sr-only">
        {dayInWords(day)}: {counted(found, "thing", "things")}
      </span>
    </button>
  );
}
