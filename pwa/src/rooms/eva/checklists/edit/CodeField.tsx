import { useEffect, useState } from "preact/hooks";
import { Field } from "../../../../ui";

/** A code that others refer to: kept when it is good and free, so that nothing ever points to half a name. */
export function CodeField(props: {
  label: string;
  hint: string;
  value: string;
  error?: string | null | undefined;
  /** What is wrong with a code, in words; null where it can be used. */
  refuse: (code: string) => string | null;
  onChange: (code: string) => void;
}) {
  const [text, setText] = useState(props.value);
  useEffect(() => setText(props.value), [props.value]);
  const wrong = text === props.value ? null : props.refuse(text);
  const keep = () => {
    if (text === props.value) return;
    if (wrong === null) props.onChange(text);
  };
  return (
    <div onFocusOut={keep}>
      <Field
        label={props.label}
        hint={props.hint}
        value={text}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
        error={wrong ?? props.error}
        onInput={setText}
        onKeyDown={(event) => event.key === "Enter" && keep()}
      />
    </div>
  );
}
