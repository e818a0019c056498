import type { BulkAnswer } from "../../../api/types";
import { CHANGE_TITLES, type Crews, crewsOf, type JobChange, JobChangeForm, ownersOf } from "../../../app/job-change";
import { serverNow } from "../../../sync";
import { Banner, Sheet } from "../../../ui";
import { dayBefore } from "../figures";
import { jobsInWords, oneOwner } from "./bulk";
import type { BoardRow } from "./shapes";

interface SheetProps {
  action: JobChange | null;
  rows: readonly BoardRow[];
  crews: readonly Crews[];
  onClose: () => void;
  /** `where`: what was done with them, in words: "to North crew". */
  onDone: (answer: BulkAnswer, where: string) => void;
}

/** One change of the chosen jobs. What can't be changed is left and told; all can be taken back. */
export function BulkSheet(props: SheetProps) {
  const { action, rows } = props;
  return (
    <Sheet
      open={action !== null}
      title={action ? `${CHANGE_TITLES[action]}: ${jobsInWords(rows.length)}` : ""}
      onClose={props.onClose}
    >
      {action && <Change key={action} {...props} action={action} />}
    </Sheet>
  );
}

function Change({ action, rows, crews, onClose, onDone }: SheetProps & { action: JobChange }) {
  const owner = oneOwner(rows, crews);
  if (action === "assign" && !owner) {
    return (
      <Banner kind="info" title="These jobs are with several organisations">
        <p>Work is given to a crew of one organisation. Choose an owner in the filters, then choose the jobs.</p>
      </Banner>
    );
  }
  const options = action === "assign" && owner ? crewsOf(owner) : ownersOf(crews);
  const where = (choice: string) => {
    if (action === "defer") return `to ${choice}`;
    return choice === "nobody" ? "to nobody yet" : `to ${options.find((one) => one.value === choice)?.label ?? ""}`;
  };
  return (
    <JobChangeForm
      action={action}
      jobs={rows}
      what={jobsInWords(rows.length)}
      options={options}
      today={dayBefore(serverNow(), 0)}
      onClose={onClose}
      onSent={(answer, choice) => {
        onDone(answer, where(choice));
        return null;
      }}
    />
  );
}
