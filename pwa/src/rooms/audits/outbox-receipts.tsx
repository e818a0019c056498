import { categories, myReceipts, type Receipt } from "../../sync";
import { agoInWords, exactTime, Icon, LongList, Section } from "../../ui";
import { confirmedWords, titleOf } from "./outbox-words";

const ROW_PX = 64;

function whereTo(receipt: Receipt): string | null {
  if (receipt.job_id) return `/jobs/${receipt.job_id}`;
  return receipt.defect_id ? `/reports/${receipt.defect_id}` : null;
}

function ReceiptRow({ receipt }: { receipt: Receipt }) {
  const what = [receipt.number, titleOf(receipt.kind, receipt.category, categories.value)].filter(Boolean).join(" · ");
  const at = receipt.received_at ?? receipt.complete_at;
  const to = whereTo(receipt);
  const words = (
    <>
      <Icon name="check-double" />
      <span class="receipt-words">
        <span>{what}</span>
        <span class="quiet-text small-text">
          Received <time dateTime={at} title={exactTime(at)}>{`${agoInWords(at, new Date())}`}</time>
          {receipt.photos > 0 && `, ${confirmedWords(receipt)}`}
        </span>
      </span>
    </>
  );
  return to ? (
    <a class="receipt" href={to}>
      {words}
    </a>
  ) : (
    <div class="receipt">{words}</div>
  );
}

/** What arrived in the last seven days: number, when the server received it, photos it confirmed. */
export function Receipts() {
  const receipts = myReceipts.value;
  if (receipts.length === 0) return null;
  return (
    <Section title="Arrived in the last 7 days">
      <LongList<Receipt> items={receipts} keyOf={(one) => one.id} estimatePx={ROW_PX} label="Arrived">
        {(receipt) => <ReceiptRow receipt={receipt} />}
      </LongList>
    </Section>
  );
}
