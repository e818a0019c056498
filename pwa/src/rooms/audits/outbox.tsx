import { useState } from "preact/hooks";
import type { OperationKind } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import {
  categories,
  discard,
  kick,
  type LocalPhoto,
  myItems,
  myPhotos,
  type OutboxItem,
  retry,
  syncState,
} from "../../sync";
import { agoInWords, Banner, Button, Card, Chip, Empty, Photo, Sheet, SYNC_STATUS, statusOf, TopBar } from "../../ui";
import "./defect-card.css";
import { whyHere } from "./outbox-words";

const WHAT: Record<OperationKind, string> = {
  start_patrol: "Patrol started",
  end_patrol: "Patrol ended",
  raise_defect: "Report",
  confirm_defect: "Seen again",
  accept_job: "Job accepted",
  start_job: "Job started",
  pause_job: "Job paused",
  resume_job: "Job taken up again",
  close_job: "Job done",
  return_job: "Job handed back",
  verify_defect: "Looks done",
  dispute_defect: "Not done",
  amend_defect: "Change to a report",
};

function titleOf(item: OutboxItem): string {
  const payload = item.operation.payload as { category?: string; street_text?: string };
  const label = payload.category ? categories.value.get(payload.category)?.label : undefined;
  return label ?? WHAT[item.operation.kind];
}

function Item({ item, photos }: { item: OutboxItem; photos: readonly LocalPhoto[] }) {
  const [asking, setAsking] = useState(false);
  const why = whyHere(item, photos, syncState.value.hindrance);
  const street = (item.operation.payload as { street_text?: string }).street_text;
  const first = photos[0];
  return (
    <Card tone={why.needsYou ? "late" : "plain"}>
      <div class="defect-card-row">
        {first && <Photo src={`local:${first.id}`} alt="" />}
        <div class="defect-card-words">
          <h2 class="outbox-title">{titleOf(item)}</h2>
          <p class="quiet-text small-text">
            {[street, agoInWords(item.operation.made_at, new Date())].filter(Boolean).join(" · ")}
          </p>
          <p>
            <Chip status={statusOf(SYNC_STATUS, why.status)} />
          </p>
          <p class="small-text">{why.words}</p>
        </div>
      </div>
      {why.needsYou && (
        <div class="row-apart">
          <Button icon="refresh" onClick={() => void retry(item.id)}>
            Try again
          </Button>
          <Button kind="danger" icon="trash" onClick={() => setAsking(true)}>
            Throw away
          </Button>
        </div>
      )}
      <Sheet open={asking} title="Throw this away?" onClose={() => setAsking(false)}>
        <p>It is only on this phone. Its {photos.length === 1 ? "photo goes" : "photos go"} with it, for good.</p>
        <Button kind="primary" wide onClick={() => setAsking(false)}>
          Keep it
        </Button>
        <Button kind="danger" wide icon="trash" onClick={() => void discard(item.id)}>
          Throw away
        </Button>
      </Sheet>
    </Card>
  );
}

/** What is still on this phone, why, and what to do about it. */
export function Outbox() {
  const photos = myPhotos.value.filter((photo) => photo.state !== "sent");
  const byItem = (id: string) => photos.filter((photo) => photo.operation_id === id);
  const items = myItems.value.filter((item) => item.state !== "sent" || byItem(item.id).length > 0);
  const { others, hindrance } = syncState.value;
  return (
    <>
      <TopBar title="Outbox" status={<SyncLine />} />
      <div class="page">
        {items.length > 0 && (
          <>
            <Button kind="primary" large icon="outbox" onClick={() => kick("asked")}>
              Send now
            </Button>
            <p class="quiet-text">
              It goes by itself when there is signal. Keep Sightline open until nothing is left here.
            </p>
          </>
        )}
        {hindrance === "sign_in" && (
          <Banner kind="risk" title="Sign in to send">
            <a href="/sign-in">Go to the sign-in. Nothing here is lost.</a>
          </Banner>
        )}
        {items.length === 0 && (
          <Empty icon="check-double" title="Nothing waits on this phone">
            Reports and photos that have not been sent yet appear here.
          </Empty>
        )}
        <ul class="stack">
          {items.map((item) => (
            <li key={item.id}>
              <Item item={item} photos={byItem(item.id)} />
            </li>
          ))}
        </ul>
        {others > 0 && (
          <Banner kind="info" title={`${others} unsent from somebody else who used this phone`}>
            <p>They go when that person signs in here again.</p>
          </Banner>
        )}
      </div>
    </>
  );
}
