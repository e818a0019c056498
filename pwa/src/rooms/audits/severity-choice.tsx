import type { Category, Severity } from "../../api/types";
import { reference } from "../../sync";
import { Icon, SEVERITY, statusOf } from "../../ui";
import { change, draft } from "./draft";

/** How bad it is: filled in from the category, changed with one tap. */
export function SeverityChoice({ category }: { category: Category }) {
  const now = draft.value.severity ?? category.severity;
  const severities = reference.value?.severities ?? [];
  const meaning = severities.find((severity) => severity.value === now)?.meaning;
  return (
    <fieldset class="severity">
      <legend class="field-label">How bad is it?</legend>
      <div class="severity-grid">
        {severities.map((severity) => (
          <label key={severity.value} class="severity-choice">
            <input
              type="radio"
              name="severity"
              class="sr-only"
              value={severity.value}
              checked={severity.value === now}
              onChange={() => change({ severity: severity.value as Severity })}
            />
            <Icon name={statusOf(SEVERITY, String(severity.value)).icon} />
            <span>{severity.label}</span>
          </label>
        ))}
      </div>
      {meaning && <p class="quiet-text small-text">{meaning}</p>}
    </fieldset>
  );
}
