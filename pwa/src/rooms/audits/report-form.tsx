/** The parts of the report that are the same whether it is being made or changed. */
import { useState } from "preact/hooks";
import type { Category, Place, Photo as SavedPhoto } from "../../api/types";
import { PhotoInput } from "../../device/PhotoInput";
import { chosenPlace, isPoor, nearestStreet } from "../../device/place-choice";
import { PlaceLine } from "../../device/place-line";
import { fix } from "../../device/position";
import { reference, serverNow } from "../../sync";
import { Banner, Button, Checkbox, Photo, Select, TextArea } from "../../ui";
import { change, draft, draftUrl, MOST_PHOTOS, photoCount, photosComing, photoTrouble, takeIn } from "./draft";
import { keepingTrouble, keepNow } from "./draft-keeping";
import "./report.css";

/** What Save would send now. */
export function placeNow(): { place: Place | null; street: string } {
  const place = chosenPlace(draft.value.place, fix.value);
  const street = draft.value.street ?? nearestStreet(reference.value?.streets ?? [], place);
  return { place, street };
}

/** Takes photos into the draft, and keeps each at once: the next camera may end the app. */
export function DraftPhotoInput(props: { large?: boolean; openAtOnce?: boolean; onTaken?: () => void }) {
  return (
    <PhotoInput
      large={props.large ?? false}
      openAtOnce={props.openAtOnce ?? false}
      onCamera={() => {
        change({ camera_open: true });
        void keepNow();
      }}
      onCancel={() => change({ camera_open: false })}
      onFiles={(files, camera) => {
        takeIn(files, camera, () => void keepNow());
        props.onTaken?.();
      }}
    />
  );
}

/** What was wrong with a photo, or why the draft can't be kept; said until the next photo. */
export function DraftTrouble() {
  const trouble = photoTrouble.value;
  const mine = trouble?.defect_id === draft.value.defect_id ? trouble.words : null;
  return (
    <>
      {mine && <Banner kind="late" live="alert" title={mine} />}
      {keepingTrouble.value !== null && (
        <Banner kind="risk" live="status" title="Don't close the app before you have saved">
          <p>What you fill in can't be kept aside on this phone right now. {keepingTrouble.value}</p>
        </Banner>
      )}
    </>
  );
}

function Remove({ index, onClick }: { index: number; onClick: () => void }) {
  return (
    <Button kind="secondary" icon="close" iconOnly class="photo-strip-remove" onClick={onClick}>
      Take photo {index + 1} away
    </Button>
  );
}

function SavedThumbnail({ photo, alt }: { photo: SavedPhoto | undefined; alt: string }) {
  return <Photo src={photo?.thumbnail} state={photo?.state} alt={alt} />;
}

interface StripProps {
  category: Category | null;
  /** The photos of a saved report that is being changed. */
  saved?: readonly SavedPhoto[];
  /** They are with the server already and stay. */
  fixed?: boolean;
}

export function PhotoStrip({ category, saved = [], fixed = false }: StripProps) {
  const { photos, changes } = draft.value;
  const [adding, setAdding] = useState(false);
  const before = changes?.photo_ids ?? [];
  const coming = photosComing(draft.value);
  const count = photoCount(draft.value);
  const wanted = category !== null && category.photo !== "optional" && count === 0;
  return (
    <div class="stack-tight">
      <ul class="photo-strip" aria-label="Photos">
        {before.map((id, index) => (
          <li key={id}>
            <SavedThumbnail photo={saved.find((each) => each.id === id)} alt={`Yours, number ${index + 1}`} />
            {!fixed && changes && (
              <Remove
                index={index}
                onClick={() => change({ changes: { ...changes, photo_ids: before.filter((other) => other !== id) } })}
              />
            )}
          </li>
        ))}
        {photos.map((photo, index) => (
          <li key={photo.id}>
            {photo.preview || photo.content_type !== "image/heic" ? (
              <img src={draftUrl(photo)} alt={`Yours, number ${before.length + index + 1}`} />
            ) : (
              <p class="photo-strip-words">Photo kept. This browser can't show it.</p>
            )}
            <Remove
              index={before.length + index}
              onClick={() => change({ photos: photos.filter((other) => other !== photo) })}
            />
          </li>
        ))}
        {coming > 0 && (
          <li>
            <p class="photo-strip-words" role="status">
              {coming === 1 ? "Getting the photo ready" : `Getting ${coming} photos ready`}
            </p>
          </li>
        )}
        {count > 0 && count < MOST_PHOTOS && (
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
      <DraftTrouble />
      {(adding || count === 0) && (
        <>
          {wanted && <p class="quiet-text">A photo helps the crew to find it and bring the right tools.</p>}
          <DraftPhotoInput onTaken={() => setAdding(false)} />
        </>
      )}
    </div>
  );
}

export function PlacePart(props: { place: Place | null; street: string; onCorrect: () => void }) {
  const { place, street, onCorrect } = props;
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

export function NotePart() {
  return (
    <TextArea
      label="Note for the crew"
      hint="What they can't see in the photo. You can speak it with the keyboard's microphone."
      value={draft.value.note}
      maxLength={2000}
      onInput={(note) => change({ note })}
    />
  );
}

export function WasteChoice({ category }: { category: Category }) {
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

export function PeoplePart() {
  return (
    <Checkbox
      label="People or number plates in the photo"
      hint="The photo is marked: only staff who deal with reports see it."
      checked={draft.value.people}
      onChange={(people) => change({ people })}
    />
  );
}
