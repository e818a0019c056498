import { useState } from "preact/hooks";
import { SyncLine } from "../../app/sync-line";
import { daysWaiting } from "../../app/sync-words";
import { kick, myReceipts, syncState } from "../../sync";
import { Banner, Button, Empty, LinkButton, LongList, Skeleton, TopBar } from "../../ui";
import "./defect-card.css";
import "./outbox.css";
import { ExportSheet } from "./export-sheet";
import { OutboxCard } from "./outbox-item";
import { Receipts } from "./outbox-receipts";
import { type OutboxRow, outboxRows } from "./outbox-rows";
import { OutboxSheet } from "./outbox-sheet";

const CARD_PX = 204;

/** The one thing to do now: sign in, or send. */
function ToDo({ waiting }: { waiting: boolean }) {
  const { hindrance } = syncState.value;
  if (hindrance === "sign_in") {
    return (
      <>
        <LinkButton kind="primary" large href="/sign-in">
          Sign in to send
        </LinkButton>
        <p class="quiet-text">Nothing here is lost. It goes as soon as you are signed in.</p>
      </>
    );
  }
  if (!waiting) return null;
  return (
    <>
      <Button kind="primary" large icon="outbox" onClick={() => kick("asked")}>
        Send now
      </Button>
      <p class="quiet-text">It goes by itself when there is signal. Keep Sightline open until nothing is left here.</p>
    </>
  );
}

function Old() {
  const days = daysWaiting(syncState.value, new Date());
  if (days === 0) return null;
  return (
    <Banner kind="risk" title={`The oldest has waited ${days === 1 ? "a day" : `${days} days`}`}>
      <p>Find signal or Wi-Fi and keep Sightline open until all is sent. If that can't be, save a copy.</p>
    </Banner>
  );
}

/** What is still on this phone, why, and what to do about it; then what has arrived. */
export function Outbox() {
  const [opened, setOpened] = useState<string | null>(null);
  const [exporting, setExporting] = useState<ReadonlySet<string> | null>(null);
  const rows = outboxRows();
  const row = rows.find((one) => one.item.id === opened) ?? null;
  const waiting = rows.some((one) => one.item.state === "here" || one.item.state === "sent");
  const { others, loading } = syncState.value;
  const exportThese = (ids: ReadonlySet<string>) => {
    setOpened(null);
    setExporting(ids);
  };
  return (
    <>
      <TopBar title="Outbox" status={<SyncLine />} />
      <div class="page">
        <ToDo waiting={waiting} />
        {loading && <Skeleton rows={2} words="Looking at what is on this phone" />}
        {rows.length === 0 && !loading && (
          <Empty icon="check-double" title="Nothing waits on this phone">
            {myReceipts.value.length > 0
              ? "Everything has arrived. The receipts are below."
              : "Reports and photos that have not been sent yet appear here."}
          </Empty>
        )}
        <Old />
        {rows.length > 0 && (
          <div class="row-apart outbox-head">
            <h2>{`${rows.length} not sent`}</h2>
            <Button kind="quiet" icon="download" onClick={() => setExporting(new Set(rows.map((one) => one.item.id)))}>
              Save a copy
            </Button>
          </div>
        )}
        <LongList<OutboxRow> items={rows} keyOf={(one) => one.item.id} estimatePx={CARD_PX} label="On this phone">
          {(one) => <OutboxCard row={one} onOpen={() => setOpened(one.item.id)} />}
        </LongList>
        {others > 0 && (
          <Banner kind="info" title={`${others} unsent from somebody else who used this phone`}>
            <p>They are kept unseen, and go when that person signs in here again.</p>
          </Banner>
        )}
        <Receipts />
      </div>
      <OutboxSheet row={row} onClose={() => setOpened(null)} onExport={exportThese} />
      <ExportSheet ids={exporting} onClose={() => setExporting(null)} />
    </>
  );
}
