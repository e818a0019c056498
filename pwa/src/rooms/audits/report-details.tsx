import { useState } from "preact/hooks";
import type { Category, Place } from "../../api/types";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { PhotoInput } from "../../device/PhotoInput";
import { fix } from "../../device/position";
import { categories, reference, serverNow } from "../../sync";
import { ActionBar, Banner, Button, CategoryIcon, Checkbox, Select, TextArea, TopBar } from "../../ui";
import { addPhoto, change, draft, draftUrl } from "./draft";
import { KnownBeside } from "./known-beside";
import { chosenPlace, isPoor, nearestStreet, placeProblem } from "./place-choice";
import { PlaceLine } from "./place-line";
import { PlaceSheet } from "./place-sheet";
import { saveReport } from "./save-report";
import { SeverityChoice } from "./severity-choice";

/** What Save would send now. */
function usePlace(): { place: Place | null; street: string } {
  const place = chosenPlace(draft.value.place, fix.value);
  const street = draft.value.street ?? nearestStreet(reference.value?.streets ?? [], place);
  return { place, street };
}

function problemOf(category: Category, place: Place | null, street: string): string | null {
  if (category.photo === "required" && draft.value.photos.length === 0) {
    return "This kind of problem needs a photo. Take one, then save.";
  }
  return placeProblem(place, street);
}

function PhotoStrip({ category }: { category: Category }) {
  const { photos } = draft.value;
  const [adding, setAdding] = useState(false);
  const missing = category.photo !== "optional" && photos.length === 0;
  return (
    <div class="stack-tight">
      <ul class="photo-strip" aria-label="Photos">
        {photos.map((photo, index) => (
          <li key={photo.id}>
            <img src={draftUrl(photo)} alt={`Yours, number ${index + 1}`} />
            <Button
              kind="secondary"
              icon="close"
              iconOnly
              class="photo-strip-remove"
              onClick={() => change({ photos: photos.filter((other) => other !== photo) })}
            >
              Take photo {index + 1} away
            </Button>
          </li>
        ))}
        {photos.length > 0 && photos.length < 10 && (
          <li>
            <Button
              kind="secondary"
              icon="camera"
              class="photo-strip-add"
              expanded={adding}
              onClick={() => setAdding(!adding)}
            >
              More
            </Button>
          </li>
        )}
      </ul>
      {(adding || photos.length === 0) && (
        <>
          {missing && <p class="quiet-text">A photo helps the crew to find it and bring the right tools.</p>}
          <PhotoInput
            onPhoto={(photo) => {
              addPhoto(photo);
              setAdding(false);
            }}
          />
        </>
      )}
    </div>
  );
}

function PlacePart({ place, street, onCorrect }: { place: Place | null; street: string; onCorrect: () => void }) {
  return (
    <section class="report-place" aria-labelledby="place-head">
      <div class="report-place-words">
        <h2 id="place-head">{street || "Place"}</h2>
        <PlaceLine place={place} now={serverNow()} />
      </div>
      <Button kind={isPoor(place) || !place ? "primary" : "secondary"} icon="pin" onClick={onCorrect}>
        Correct
      </Button>
    </section>
  );
}

function WasteChoice({ category }: { category: Category }) {
  const waste = category.fly_tipping?.waste ?? [];
  if (waste.length < 2) return null;
  const options = [{ value: "", label: "Not said" }, ...waste.map(({ code, label }) => ({ value: code, label }))];
  return (
    <Select
      label="What was dumped, mostly?"
      value={draft.value.waste}
      options={options}
      onChange={(code) => change({ waste: code })}
    />
  );
}

/** One screen with everything filled in; Save is the largest thing on it. */
export function DetailsStep({ category: code }: { category: string }) {
  const category = categories.value.get(code);
  const { place, street } = usePlace();
  const [correcting, setCorrecting] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!category) return <Banner kind="risk" title="This kind of problem is no longer in the list" />;
  const known: Category = category;

  async function save(nextHere: boolean): Promise<void> {
    const problem = problemOf(known, place, street);
    setWrong(problem);
    if (problem || !place) {
      if (!placeProblem(place, street)) return;
      setCorrecting(true);
      return;
    }
    setBusy(true);
    try {
      await saveReport(known, place, street, nextHere);
      navigate(nextHere ? "/report?step=next" : "/report?step=saved", { replace: true });
    } catch {
      setWrong("The phone could not keep this report; nothing was saved. Free some space on the phone and try again.");
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <TopBar
        title="Check and save"
        back="/report?step=category"
        backLabel="Back to what it is"
        status={<SyncLine />}
      />
      <div class="page">
        <div class="report-what">
          <CategoryIcon icon={category.icon} size="2em" />
          <p class="report-what-label">{category.label}</p>
          <a class="button button-quiet" href="/report?step=category">
            Change<span class="sr-only"> what it is</span>
          </a>
        </div>
        <PhotoStrip category={category} />
        <PlacePart place={place} street={street} onCorrect={() => setCorrecting(true)} />
        <KnownBeside category={category} place={place} />
        <SeverityChoice category={category} />
        <TextArea
          label="Note for the crew"
          hint="What they can't see in the photo. You can speak it with the keyboard's microphone."
          value={draft.value.note}
          maxLength={2000}
          onInput={(note) => change({ note })}
        />
        <WasteChoice category={category} />
        <Checkbox
          label="People or number plates in the photo"
          hint="The photo is marked: only staff who deal with reports see it."
          checked={draft.value.people}
          onChange={(people) => change({ people })}
        />
      </div>
      <ActionBar>
        {wrong && <Banner kind="late" live="alert" title={wrong} />}
        <div class="save-bar">
          <Button kind="primary" large icon="check" busy={busy} onClick={() => void save(false)}>
            Save
          </Button>
          <Button busy={busy} onClick={() => void save(true)}>
            Save and next here
          </Button>
        </div>
      </ActionBar>
      <PlaceSheet
        open={correcting}
        place={place}
        street={street}
        problem={placeProblem(place, street)}
        onClose={() => setCorrecting(false)}
      />
    </>
  );
}
