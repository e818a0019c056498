import { Field, Select } from "../../ui";
import { CLOCKS, type Clock } from "./targets";

export interface TargetDraft {
  amount: string;
  clock: Clock;
}

/** A target as a number and the clock that it is counted on. */
export function TargetField(props: {
  label: string;
  value: TargetDraft;
  onChange: (value: TargetDraft) => void;
  error?: string | undefined;
}) {
  const { label, value, onChange, error } = props;
  return (
    <div class="target-field">
      <Field
        label={label}
        type="number"
        inputMode="numeric"
        min="1"
        value={value.amount}
        onInput={(amount) => onChange({ ...value, amount })}
        error={error}
      />
      <Select
        label={`${label}, counted in`}
        labelHidden
        value={value.clock}
        options={CLOCKS}
        onChange={(clock) => onChange({ ...value, clock: clock as Clock })}
      />
    </div>
  );
}
