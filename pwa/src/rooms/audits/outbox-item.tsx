import { categories, retry, syncState } from "../../sync";
import { agoInWords, Button, Card, Chip, Icon, Photo, SYNC_STATUS, statusOf } from "../../ui";
import { type OutboxRow, subjectOf } from "./outbox-rows";
import { photosInWords, titleOf, whyHere } from "./outbox-words";

/** One thing that is not wholly sent: what, where, since when, its state; a tap opens what can be done. */
export function OutboxCard({ row, onOpen }: { row: OutboxRow; onOpen: () => void }) {
  const { item, photos, open } = row;
  const why = whyHere(item, open, syncState.value);
  const subject = subjectOf(item);
  const first = photos.find((photo) => photo.has_preview || photo.has_bytes);
  const facts = [
    subject.where,
    photos.length > 0 && photosInWords(photos.length),
    agoInWords(item.operation.made_at, new Date()),
  ];
  return (
    <Card tone={why.needsYou ? "late" : why.status === "decides" ? "risk" : "plain"} class="outbox-card">
      <button type="button" class="outbox-open" aria-haspopup="dialog" onClick={onOpen}>
        {first && <Photo src={`local:${first.id}`} alt="" />}
        <span class="defect-card-words">
          <strong>{titleOf(item.operation.kind, subject.category, categories.value)}</strong>
          <span class="quiet-text small-text">{facts.filter(Boolean).join(" · ")}</span>
          <span class="defect-card-state">
            <Chip status={statusOf(SYNC_STATUS, why.status)} />
          </span>
          <span class="small-text">{why.words}</span>
        </span>
        <Icon name="forward" />
      </button>
      {why.needsYou && item.code !== "conflict_kept" && (
        <Button icon="refresh" onClick={() => void retry(item.id)}>
          Try again
        </Button>
      )}
    </Card>
  );
}
