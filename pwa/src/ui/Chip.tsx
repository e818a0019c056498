import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";
import type { IconName } from "./icons";
import type { Status, Tone } from "./status";

/** A status: colour, icon and word together. */
export function Chip({ status, note }: { status: Status; note?: string | undefined }) {
  return (
    <span class={`chip tone-${status.tone}`}>
      <Icon name={status.icon} size="1.05em" />
      <span>
        {status.word}
        {note && ` ${note}`}
      </span>
    </span>
  );
}

/** A short label with an icon and a tone of its own. */
export function Tag(props: { tone?: Tone; icon: IconName; children: ComponentChildren }) {
  return (
    <span class={`chip tone-${props.tone ?? "idle"}`}>
      <Icon name={props.icon} size="1.05em" />
      <span>{props.children}</span>
    </span>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  count?: number | undefined;
}

/** Two to five ways to look at a list; one is always on. Plain buttons, said as pressed or not. */
export function Choices<Value extends string>(props: {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset class="choices" aria-label={props.label}>
      {props.choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          class="choice"
          aria-pressed={choice.value === props.value}
          onClick={() => props.onChange(choice.value)}
        >
          {choice.label}
          {choice.count !== undefined && <span class="choice-count tabular">{choice.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
