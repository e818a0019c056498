import { useState } from "preact/hooks";
import type { Category, Place } from "../../api/types";
import { navigate } from "../../app/router";
import { distanceWords } from "../../device/accuracy";
import { nearest } from "../../device/geo";
import { categories, type DefectView, defects, perform, serverNow } from "../../sync";
import { agoInWords, Button, Card, Photo, Section } from "../../ui";
import { draft, photosReady, startAfresh, toSend } from "./draft";
import { whileKeepingRests } from "./draft-keeping";
import { NotSaved, type Wrong, wrongOf } from "./not-saved";

const BESIDE_M = 50;

/** Unfinished problems of the same group within 50 m, nearest first. */
function knownBeside(category: Category, place: Place | null): { item: DefectView; distance_m: number }[] {
  if (!place) return [];
  const same = defects.value.filter(
    (row) =>
      (row.status === "open" || row.status === "routed") &&
      categories.value.get(row.category)?.group === category.group,
  );
  return nearest(same, place, BESIDE_M, (row) => row.place).slice(0, 3);
}

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
  const found = knownBeside(category, place);
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
          {item.note && <p class="quiet-text">{item.note}</p>}
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
