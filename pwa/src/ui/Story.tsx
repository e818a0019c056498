import { exactTime } from "./due";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

export interface StoryStep {
  at: string;
  kind: string;
  words: string;
}

const STEP_ICONS: [RegExp, IconName][] = [
  [/raised|seen_again|located/, "eye"],
  [/routed|triaged/, "sent"],
  [/paused/, "pause"],
  [/started|resumed/, "start"],
  [/returned|disputed|reopened/, "returned"],
  [/verified/, "check-double"],
  [/done|resolved|accepted/, "check"],
  [/rejected|cancelled|refused/, "cancelled"],
  [/photo/, "photo"],
];

function stepIcon(kind: string): IconName {
  return STEP_ICONS.find(([pattern]) => pattern.test(kind))?.[1] ?? "open";
}

/** What happened, oldest first, as the ledger tells it. */
export function Story({ steps }: { steps: readonly StoryStep[] }) {
  return (
    <ol class="story">
      {steps.map((step) => (
        <li key={`${step.at}${step.kind}${step.words}`} class="story-step">
          <span class="story-icon">
            <Icon name={stepIcon(step.kind)} size="1.1em" />
          </span>
          <div>
            <p>{step.words}</p>
            <time class="small-text quiet-text" dateTime={step.at}>
              {exactTime(step.at)}
            </time>
          </div>
        </li>
      ))}
    </ol>
  );
}
