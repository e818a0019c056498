import { useEffect, useState } from "preact/hooks";
import { Field } from "../../../../ui";

/** A number, or nothing. What can't be read as one is said and changes nothing. */
export function NumberField(props: {
  label: string;
  hint?: string | undefined;
  value: number | null;
  error?: string | null | undefined;
  onChange: (value: number | null) => void;
}) {
  const { value, onChange } = props;
  const [text, setText] = useState(value === null ? "" : String(value));
  const read = readNumber(text);
  // Undo, or another question: what stands elsewhere wins over what was typed here.
  useEffect(() => {
    if (readNumber(text) !== value) setText(value === null ? "" : String(value));
  }, [value]);
  return (
    <Field
      label={props.label}
      hint={props.hint}
      inputMode="decimal"
      autocomplete="off"
      value={text}
      error={read === undefined ? "Write a number, such as 3 or 1.8" : props.error}
      onInput={(typed) => {
        setText(typed);
        const number = readNumber(typed);
        if (number !== undefined && number !== value) onChange(number);
      }}
    />
  );
}

/** The number that a text says; null where it is empty, undefined where it says none. */
export function readNumber(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}
