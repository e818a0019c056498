import { Icon } from "../../../ui";
import type { Difference } from "./shapes";

/** "Was → will be", one line for each thing that differs; read out with both words. */
export function Differences({ rows, will = "will be" }: { rows: readonly Difference[]; will?: "will be" | "became" }) {
  return (
    <dl class="differences">
      {rows.map((row) => (
        <div key={row.field} class="difference">
          <dt>{row.label}</dt>
          <dd>
            {row.was && (
              <>
                <span class="sr-only">was </span>
                <del>{row.was}</del>
              </>
            )}
            {row.was && row.will_be && <Icon name="forward" size="0.9em" />}
            {row.will_be && (
              <>
                <span class="sr-only">{will} </span>
                <ins>{row.will_be}</ins>
              </>
            )}
            {!row.will_be && <span class="quiet-text">not in the book any more</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
