/** From the draft to an operation that the phone keeps. */
import type { Category, Place } from "../../api/types";
import { tick } from "../../device/install";
import { noteCategoryUse, patrol, perform, uuid7 } from "../../sync";
import { draft, saved, startAfresh } from "./draft";

function flyTipping(category: Category): { waste_type: string } | null {
  const waste = category.fly_tipping?.waste ?? [];
  const only = waste.length === 1 ? waste[0]?.code : undefined;
  const code = draft.value.waste || only;
  return code ? { waste_type: code } : null;
}

/**
 * Resolves once the report and its photos are kept on the phone. With `nextHere` the next report
 * starts at the same place. Rejects when the phone could not keep it.
 */
export async function saveReport(category: Category, place: Place, street: string, nextHere: boolean): Promise<void> {
  const { photos, severity, note, people } = draft.value;
  const defect_id = uuid7();
  await perform(
    "raise_defect",
    {
      defect_id,
      category: category.code,
      severity: severity ?? category.severity,
      note: note.trim(),
      observed_at: photos[0]?.taken_at ?? new Date().toISOString(),
      place,
      street_text: street.trim().slice(0, 200),
      people_in_photo: people,
      patrol_id: patrol.value?.patrol_id ?? null,
      fly_tipping: flyTipping(category),
    },
    photos,
  );
  tick();
  saved.value = { defect_id, category: category.code, count: (saved.value?.count ?? 0) + 1 };
  startAfresh(nextHere ? { place, street } : {});
  await noteCategoryUse(category.code);
}
