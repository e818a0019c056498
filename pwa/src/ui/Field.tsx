import type { ComponentChildren, InputHTMLAttributes, RefObject, TargetedKeyboardEvent } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon";

interface Around {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong and what to do about it. */
  error?: string | null | undefined;
  /** The label is spoken but not shown (a search box with an icon). */
  labelHidden?: boolean | undefined;
}

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

function Frame(props: Around & { children: (wiring: Wiring) => ComponentChildren }) {
  const id = useId();
  const { hint, error } = props;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div class={error ? "field field-wrong" : "field"}>
      <label class={props.labelHidden ? "sr-only" : "field-label"} for={id}>
        {props.label}
      </label>
      {hint && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error && (
        <div class="field-error" id={`${id}-error`}>
          <Icon name="warning" /> {error}
        </div>
      )}
      {props.children({
        id,
        "aria-describedby": describedBy,
        "aria-invalid": error ? true : undefined,
      })}
    </div>
  );
}

type FieldProps = Around & {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "search" | "email" | "number" | "date" | "time";
  name?: string | undefined;
  autocomplete?: "username" | "current-password" | "new-password" | "off" | undefined;
  inputMode?: "text" | "numeric" | "decimal" | "search" | undefined;
  required?: boolean | undefined;
  maxLength?: number | undefined;
  placeholder?: string | undefined;
  list?: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  autocapitalize?: "none" | "words" | "sentences";
  spellcheck?: boolean | undefined;
  inputRef?: RefObject<HTMLInputElement | null> | undefined;
  onKeyDown?: ((event: TargetedKeyboardEvent<HTMLInputElement>) => void) | undefined;
};

export function Field(props: FieldProps) {
  const { label, hint, error, labelHidden, onInput, inputRef, ...input } = props;
  return (
    <Frame label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wiring) => (
        <input
          class="input"
          {...wiring}
          {...(input as InputHTMLAttributes<HTMLInputElement>)}
          ref={inputRef}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

type TextAreaProps = Around & {
  value: string;
  onInput: (value: string) => void;
  rows?: number | undefined;
  maxLength?: number | undefined;
  name?: string | undefined;
  placeholder?: string | undefined;
};

export function TextArea(props: TextAreaProps) {
  const { label, hint, error, labelHidden, onInput, rows = 3, ...input } = props;
  return (
    <Frame label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wiring) => (
        <textarea
          class="input"
          rows={rows}
          {...wiring}
          {...input}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

export interface Option {
  value: string;
  label: string;
}

type SelectProps = Around & {
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  name?: string | undefined;
};

export function Select(props: SelectProps) {
  return (
    <Frame label={props.label} hint={props.hint} error={props.error} labelHidden={props.labelHidden}>
      {(wiring) => (
        <span class="select">
          <select
            class="input"
            {...wiring}
            name={props.name}
            value={props.value}
            onChange={(event) => props.onChange(event.currentTarget.value)}
          >
            {props.options.map((option) => (
              <option key={option.value} value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" />
        </span>
      )}
    </Frame>
  );
}

/** One choice of several, each a full-width target with its own explanation. */
export function RadioCards<Value extends string>(props: {
  legend: string;
  name: string;
  value: Value | null;
  options: readonly { value: Value; label: string; hint?: string | undefined }[];
  onChange: (value: Value) => void;
  error?: string | null | undefined;
}) {
  return (
    <fieldset class={props.error ? "radio-cards field-wrong" : "radio-cards"}>
      <legend class="field-label">{props.legend}</legend>
      {props.error && (
        <div class="field-error">
          <Icon name="warning" /> {props.error}
        </div>
      )}
      {props.options.map((option) => (
        <label key={option.value} class="radio-card">
          <input
            type="radio"
            name={props.name}
            value={option.value}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          <span class="radio-card-words">
            <span class="radio-card-label">{option.label}</span>
            {option.hint && <span class="quiet-text small-text">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Checkbox(props: {
  label: string;
  hint?: string | undefined;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label class="radio-card">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span class="radio-card-words">
        <span class="radio-card-label">{props.label}</span>
        {props.hint && <span class="quiet-text small-text">{props.hint}</span>}
      </span>
    </label>
  );
}
