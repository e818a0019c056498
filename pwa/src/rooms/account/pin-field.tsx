import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { Button, Field } from "../../ui";

/** One field for a PIN: large digits with the number keys, or a phrase with all of them. */
export function PinField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  error?: string | null;
  hint?: string;
  inputRef?: RefObject<HTMLInputElement | null>;
  /** With buttons for letters and for showing what was typed. */
  choices?: boolean;
}) {
  const [letters, setLetters] = useState(false);
  const [seen, setSeen] = useState(false);
  const { choices, ...field } = props;
  return (
    <div class="pin-field">
      <Field
        {...field}
        type={seen ? "text" : "password"}
        inputMode={letters ? "text" : "numeric"}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      {choices && (
        <div class="row">
          <Button kind="quiet" icon="eye" pressed={seen} onClick={() => setSeen(!seen)}>
            Show
          </Button>
          <Button kind="quiet" icon="keyboard" pressed={letters} onClick={() => setLetters(!letters)}>
            Letters
          </Button>
        </div>
      )}
    </div>
  );
}
