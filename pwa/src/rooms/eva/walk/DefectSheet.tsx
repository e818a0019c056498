/** Reports a defect that was found on the walk, filled in from the answer, without leaving the walk. */
import { useEffect, useState } from "preact/hooks";
import type { Category, Place, Photo as SavedPhoto, Severity } from "../../../api/types";
import { POOR_M } from "../../../device/accuracy";
import { tick } from "../../../device/install";
import { PhotoInput } from "../../../device/PhotoInput";
import { chosenPlace, nearestStreet, placeProblem } from "../../../device/place-choice";
import { PlaceLine } from "../../../device/place-line";
import { fix, usePosition } from "../../../device/position";
import { Previews } from "../../../device/previews";
import { categories, type NewPhoto, noteCategoryUse, perform, reference, serverNow, uuid7 } from "../../../sync";
import { Banner, Button, Checkbox, Choices, Select, Sheet, TextArea } from "../../../ui";
import { keeping, notKept } from "./answering";
import { copyOf } from "./photo-copy";

export interface DefectStart {
  /** The category's code; "" where the person chooses. */
  category: string;
  answer_id: string | null;
  note: string;
  /** Photos of the answer: copied, so that each record has its own. */
  photos: readonly SavedPhoto[];
}

interface DefectSheetProps {
  auditId: string;
  start: DefectStart | null;
  onClose: () => void;
  onSaved: () => void;
}

export function DefectSheet({ auditId, start, onClose, onSaved }: DefectSheetProps) {
  return (
    <Sheet open={start !== null} title="Report a defect" onClose={onClose}>
      {start && <DefectForm auditId={auditId} start={start} onSaved={onSaved} />}
    </Sheet>
  );
}

function DefectForm({ auditId, start, onSaved }: { auditId: string; start: DefectStart; onSaved: () => void }) {
  usePosition();
  const [code, setCode] = useState(start.category);
  const [severity, setSeverity] = useState<Severity | null>(null);
  const [note, setNote] = useState(start.note);
  const [street, setStreet] = useState<string | null>(null);
  const [people, setPeople] = useState(false);
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let here = true;
    void Promise.all(start.photos.map((photo) => copyOf(photo))).then(
      (copies) => here && setPhotos((now) => [...copies.filter((copy) => copy !== null), ...now]),
    );
    return () => {
      here = false;
    };
  }, []);
  const category = categories.value.get(code) ?? null;
  const place = photos.find((photo) => photo.place)?.place ?? chosenPlace(null, fix.value);
  const where = street ?? nearestStreet(reference.value?.streets ?? [], place);

  const save = async () => {
    const problem = problemOf(category, photos.length, place, where);
    setWrong(problem);
    if (problem || !category || !place) return;
    setBusy(true);
    const kept = await keeping(() =>
      perform(
        "raise_defect",
        {
          ...{ defect_id: uuid7(), category: category.code, severity: severity ?? category.severity },
          ...{ note: note.trim(), observed_at: photos[0]?.taken_at ?? new Date().toISOString(), place },
          ...{ street_text: where.slice(0, 200), people_in_photo: people, patrol_id: auditId, fly_tipping: null },
          ...(start.answer_id ? { answer_id: start.answer_id } : {}),
        },
        photos,
      ),
    );
    setBusy(false);
    if (!kept) {
      setWrong(notKept.value);
      return;
    }
    tick();
    void noteCategoryUse(category.code);
    onSaved();
  };

  return (
    <>
      <CategorySelect value={code} onChange={setCode} />
      {category && (
        <div class="stack-tight">
          <p class="field-label">How bad is it?</p>
          <Choices
            label="How bad is it?"
            value={String(severity ?? category.severity)}
            choices={(reference.value?.severities ?? []).map(({ value, label }) => ({ value: String(value), label }))}
            onChange={(value) => setSeverity(Number(value) as Severity)}
          />
        </div>
      )}
      <Previews photos={photos} what="The defect" />
      <PhotoInput
        cameraLabel={photos.length > 0 ? "One more photo" : "Take a photo"}
        onPhoto={(photo) => setPhotos((now) => [...now, photo])}
      />
      <PlaceLine place={place} now={serverNow()} />
      <StreetSelect place={place} value={where} onChange={setStreet} />
      <TextArea
        label="Note for the crew"
        hint="What they can't see in the photo."
        rows={2}
        value={note}
        maxLength={2000}
        onInput={setNote}
      />
      <Checkbox label="People or number plates in the photo" checked={people} onChange={setPeople} />
      {wrong && <Banner kind="late" live="alert" title={wrong} />}
      <Button kind="primary" large icon="check" busy={busy} onClick={() => void save()}>
        Save the report
      </Button>
    </>
  );
}

function problemOf(category: Category | null, photos: number, place: Place | null, street: string): string | null {
  if (!category) return "Choose what kind of problem it is.";
  if (category.photo === "required" && photos === 0) return "This kind of problem needs a photo. Take one, then save.";
  return placeProblem(place, street);
}

function CategorySelect({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const groups = new Map((reference.value?.groups ?? []).map((group) => [group.code, group.label]));
  const all = [...categories.value.values()];
  const options = [
    ...(value ? [] : [{ value: "", label: "Choose what it is" }]),
    ...all.map((one) => ({ value: one.code, label: `${groups.get(one.group) ?? one.group}: ${one.label}` })),
  ];
  return <Select label="What it is" value={value} options={options} onChange={onChange} />;
}

/** The street in words: filled in from the place, needed where the place is poor. */
function StreetSelect(props: { place: Place | null; value: string; onChange: (street: string) => void }) {
  const names = [...new Set((reference.value?.streets ?? []).map((street) => street.name))].sort();
  if (names.length === 0) return null;
  const poor = props.place === null || (props.place.accuracy_m ?? 0) > POOR_M;
  return (
    <Select
      label="Street"
      hint={poor ? "The place is not known well: choose the street." : undefined}
      value={props.value}
      options={[{ value: "", label: "Not said" }, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={props.onChange}
    />
  );
}
