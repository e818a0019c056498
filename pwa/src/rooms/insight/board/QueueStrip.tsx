import { setQuery } from "../../../app/router";
import { Icon, type IconName, type Tone } from "../../../ui";
import { type BoardPage, countInWords, type QueueCount } from "./shapes";

/** Only what presses has a sign: a row of eleven signs says nothing. */
const LOOKS: Record<string, { icon?: IconName; tone: Tone }> = {
  at_risk: { icon: "clock", tone: "risk" },
  late: { icon: "late", tone: "late" },
  escalated: { tone: "late" },
  returned: { tone: "risk" },
  done: { tone: "good" },
};
const PLAIN: { icon?: IconName; tone: Tone } = { tone: "idle" };

function Inside({ queue }: { queue: QueueCount }) {
  const { icon, tone } = LOOKS[queue.key] ?? PLAIN;
  const empty = queue.count === 0 && !queue.more;
  return (
    <>
      <span class="queue-count tabular">{countInWords(queue)}</span>
      <span class={`queue-label tone-${empty ? "idle" : tone}`}>
        {icon && <Icon name={icon} size="1em" />} {queue.label}
      </span>
    </>
  );
}

/** Every queue with its count; each is a button that shows its list. What can still be saved stands first. */
export function QueueStrip({ page, current }: { page: BoardPage; current: string }) {
  return (
    <nav class="queues" aria-label="Queues">
      {page.queues.map((queue) => (
        <button
          key={queue.key}
          type="button"
          class={queue.count === 0 && !queue.more ? "queue queue-empty" : "queue"}
          data-queue={queue.key}
          aria-pressed={queue.key === current}
          onClick={() => setQuery({ queue: queue.key, job: null })}
        >
          <Inside queue={queue} />
        </button>
      ))}
      {page.triage && (
        <a class="queue queue-elsewhere" href="/triage">
          <Inside queue={page.triage} />
        </a>
      )}
    </nav>
  );
}
