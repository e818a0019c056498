import { Chip, Due, Icon, JOB_STATUS, longDay, statusOf, Tag } from "../../../ui";
import type { Action } from "./shapes";
import { ACTION_STATE, dueOnInWords, lacksInWords, sourceInWords, upkeepInWords } from "./words";

/** One action as a row of a plan: what, who, by when, for how much, and how it stands. */
export function ActionCard(props: {
  action: Action;
  today: string;
  now: Date;
  /** Where the action's own screen leads back to. */
  from: string;
  /** In a list over all plans: which audit it belongs to. */
  withAudit?: boolean;
  onChange?: ((action: Action) => void) | undefined;
}) {
  const { action, today } = props;
  const waits = lacksInWords(action.lacks);
  const source = sourceInWords(action);
  return (
    <article class={`plan-action${action.overdue ? " plan-action-late" : ""}`} aria-label={action.number}>
      <div class="plan-action-what">
        <h3 class="plan-action-title">
          <a href={`/plans/actions/${action.id}?from=${encodeURIComponent(props.from)}`}>{action.title}</a>
        </h3>
        <p class="small-text quiet-text">
          <span class="tabular">{action.number}</span>
          {source && ` from ${source}`}
          {props.withAudit && ` · ${action.audit.number} ${action.audit.title}`}
        </p>
        {action.detail && <p class="plan-action-detail">{action.detail}</p>}
        <Upkeep action={action} />
        {action.may.change && waits && (
          <p>
            <Tag tone="risk" icon="warning">
              {waits}
            </Tag>
          </p>
        )}
      </div>
      <dl class="plan-action-facts">
        <div>
          <dt>Owner</dt>
          <dd>
            {action.owner?.short_name ?? "Nobody yet"}
            {action.owner_person && <span class="quiet-text">, {action.owner_person.name}</span>}
          </dd>
        </div>
        <div>
          <dt>Due</dt>
          <dd>
            <DueOn action={action} today={today} />
          </dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>
            {action.cost_words}
            {action.funding && <span class="quiet-text">, {action.funding}</span>}
          </dd>
        </div>
        <div>
          <dt>State</dt>
          <dd>
            <Chip status={ACTION_STATE[action.state]} />
          </dd>
        </div>
      </dl>
      <div class="plan-action-foot">
        <JobLine action={action} now={props.now} />
        {action.comments > 0 && (
          <span class="small-text quiet-text">
            {action.comments === 1 ? "1 comment" : `${action.comments} comments`}
          </span>
        )}
        {props.onChange && action.may.change && (
          <button type="button" class="button button-secondary plan-change" onClick={() => props.onChange?.(action)}>
            <Icon name="edit" />
            <span>
              Change<span class="sr-only"> {action.number}</span>
            </span>
          </button>
        )}
      </div>
    </article>
  );
}

/** By which day, and how near or late that is. */
export function DueOn({ action, today }: { action: Action; today: string }) {
  if (!action.due_by) return <>Not set</>;
  if (action.state === "done") {
    return <>{action.done_on ? `Done ${longDay(action.done_on)}` : longDay(action.due_by)}</>;
  }
  const words = dueOnInWords(action.due_by, today);
  const exact = longDay(action.due_by);
  return (
    <span class={action.overdue ? "due tone-late" : undefined}>
      {action.overdue && <Icon name="late" size="1.05em" />}
      <time dateTime={action.due_by}>
        {action.overdue && <span class="sr-only">Overdue: </span>}
        {words}
        {words !== exact && <span class="plan-exact quiet-text">{exact}</span>}
      </time>
    </span>
  );
}

export function Upkeep({ action }: { action: Action }) {
  const words = upkeepInWords(action);
  if (!words) return null;
  return (
    <p class="small-text plan-upkeep">
      <Icon name="repeat" size="1.05em" /> {words}
    </p>
  );
}

/** The job that does it: whose it is, how it stands, by when. Nobody types that again. */
export function JobLine({ action, now }: { action: Action; now: Date }) {
  const { job, defect } = action;
  if (!defect) return null;
  if (!job) {
    return <span class="small-text quiet-text">{defect.number} has no job yet</span>;
  }
  const finished = job.status === "done" || job.status === "verified";
  return (
    <span class="plan-job small-text">
      <span>
        Job <span class="tabular">{job.number}</span> with {job.organisation.name}
      </span>
      <Chip status={statusOf(JOB_STATUS, job.status)} />
      {!finished && <Due due={job.due_at} now={now} still atRiskAt={job.breach === "at_risk" ? job.due_at : null} />}
    </span>
  );
}
