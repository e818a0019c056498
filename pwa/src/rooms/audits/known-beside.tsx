import { useState } from "preact/hooks";
import type { Category, Place } from "../../api/types";
import { navigate } from "../../app/router";
import { distanceWords } from "../../device/accuracy";
import { categories, type DefectView, defects, perform, serverNow } from "../../sync";
import { agoInWords, Button, Card, cameBackInWords, Photo, Section } from "../../ui";
import { besideOf } from "./beside";
import { draft, photosReady, startAfresh, toSend } from "./draft";
import { whileKeepingRests } from "./draft-keeping";
import { NotSaved, type Wrong, wrongOf } from "./not-saved";

async function itsThisOne(row: DefectView, evidence: boolean): Promise<void> {
  await whileKeepingRests(async () => {
    await photosReady(draft.value);
    const { note } = draft.value;
    const photos = draft.value.photos.map((photo) => toSend(photo, evidence));
    const observed_at = photos[0]?.taken_at ?? new Date().toISOString();
    await perform("confirm_defect", { defect_id: row.id, observed_at, note: note.trim() }, photos, {
      basedOn: row.version || null,
      dropDraft: true,
    });
    startAfresh();
  });
  navigate(`/reports/${row.id}`, { replace: true });
}

/** "It's this one" saves a second report of the same thing, and tells the crew it was seen again. */
export function KnownBeside({ category, place }: { category: Category; place: Place | null }) {
  const groupOf = (code: string) => categories.value.get(code)?.group;
  const found = place ? besideOf(defects.value, category.group, groupOf, place) : [];
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  if (found.length === 0) return null;
  return (
    <Section title="Known beside it. Is it one of these?">
      <NotSaved wrong={wrong} />
      {found.map(({ item, distance_m }) => (
        <Card key={item.id}>
          <Photo
            size="large"
            src={item.photos[0]?.view}
            state={item.photos[0]?.state}
            alt={`Photo of ${item.number || "the known problem"}`}
            icon={categories.value.get(item.category)?.icon}
          />
          <p>
            <strong>{categories.value.get(item.category)?.label}</strong>, {distanceWords(distance_m)}, reported{" "}
            {agoInWords(item.observed_at, serverNow())}
            {item.job && `, with ${item.job.organisation.short_name}`}
          </p>
          {item.note && <p>{item.note}</p>}
          {item.recurrence && <p class="quiet-text">{cameBackInWords(item.recurrence)}</p>}
          <Button
            wide
            icon="check"
            busy={busy}
            onClick={() => {
              setBusy(true);
              void itsThisOne(item, category.evidence ?? false)
                .catch((error: unknown) => setWrong(wrongOf(error)))
                .finally(() => setBusy(false));
            }}
          >
            It's this one
          </Button>
        </Card>
      ))}
    </Section>
  );
}
