import { useState } from "preact/hooks";
import { dueInWords, dueState, exactTime } from "./due";
import { Icon } from "./Icon";
import { DUE_STATUS, statusOf } from "./status";

interface DueProps {
  due: string | Date;
  now: string | Date;
  /** From when on it counts as at risk. */
  atRiskAt?: string | null | undefined;
  /** Finished work has no clock running: the words are plain. */
  stopped?: boolean | undefined;
  /** Inside a link or a row: shows the exact time on hover and to readers, takes no tap of its own. */
  still?: boolean | undefined;
}

/** When it is due, in words; a tap shows the exact time. */
export function Due({ due, now, atRiskAt, stopped, still }: DueProps) {
  const [exact, setExact] = useState(false);
  const status = statusOf(DUE_STATUS, stopped ? "on_time" : dueState(due, now, atRiskAt));
  const words = dueInWords(due, now);
  const time = (
    <time dateTime={new Date(due).toISOString()} title={exactTime(due)}>
      {words}
    </time>
  );
  if (still) {
    return (
      <span class={`due tone-${status.tone}`}>
        <Icon name={status.icon} size="1.05em" />
        {status.tone !== "idle" && <span class="sr-only">{status.word}: </span>}
        {time}
      </span>
    );
  }
  return (
    <button
      type="button"
      class={`due due-button tone-${status.tone}`}
      aria-expanded={exact}
      onClick={() => setExact(!exact)}
    >
      <Icon name={status.icon} size="1.05em" />
      <span>
        {status.tone !== "idle" && <span class="sr-only">{status.word}: </span>}
        {time}
        {exact && <span class="due-exact">{exactTime(due)}</span>}
      </span>
    </button>
  );
}
