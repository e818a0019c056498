import { type ClockTimes, clockSegments, clockSpent, type Segment } from "./clock";
import { exactTime, spanInWords } from "./due";

const WORDS: Record<Segment["kind"], string> = {
  running: "running",
  paused: "paused",
  over: "past due",
  left: "left",
};

interface ClockBarProps extends ClockTimes {
  now: string | Date;
  /** Words for a pause's reason code. */
  reasonWords?: ((code: string) => string) | undefined;
}

/** The clock of a job drawn to scale, every pause a hatched part, with the same facts in words. */
export function ClockBar({ now, reasonWords, ...clock }: ClockBarProps) {
  const segments = clockSegments(clock, now);
  const { gross, net } = clockSpent(segments);
  const pauses = segments.filter((part) => part.kind === "paused");
  const summary = pauses.length
    ? `${spanInWords(net)} on the clock, ${spanInWords(gross - net)} paused`
    : `${spanInWords(gross)} on the clock`;
  return (
    <div class="clock">
      <div class="clock-bar" aria-hidden="true">
        {segments.map((part) => (
          <span
            key={`${part.kind}${part.from}`}
            class={`clock-part clock-${part.kind}`}
            style={{ flexGrow: part.percent }}
          />
        ))}
      </div>
      <div class="clock-ends small-text quiet-text">
        <span>Started {exactTime(clock.startedAt)}</span>
        <span>Due {exactTime(clock.dueAt)}</span>
      </div>
      <p class="small-text">
        {summary}
        {clock.doneAt ? `; done ${exactTime(clock.doneAt)}.` : "."}
      </p>
      {pauses.length > 0 && (
        <ul class="clock-pauses small-text">
          {pauses.map((part) => (
            <li key={part.from}>
              <span class={`clock-key clock-${part.kind}`} aria-hidden="true" />
              {WORDS[part.kind]} {spanInWords(part.until - part.from)} from {exactTime(new Date(part.from))}:{" "}
              {reasonWords ? reasonWords(part.reason ?? "") : part.reason?.replaceAll("_", " ")}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
