import { useState } from "preact/hooks";
import { Icon } from "./Icon";
import { isLocal } from "./local-src";
import { missingInWords } from "./missing";
import { Photo } from "./Photo";
import { Sheet } from "./Sheet";

/** A photo as the server lists it; see the photo rows of a job or a defect. */
interface PhotoRow {
  id: string;
  role: string;
  state: string;
  thumbnail: string;
  view: string;
}

const ROLE_WORDS: Record<string, string> = {
  before: "Before",
  after: "After",
  seen_again: "Seen again",
  evidence: "On site",
};

/** One line that says how many photos are still to come, and from where; nothing when all are here. */
export function MissingPhotos(props: {
  photos: readonly { role: string; state: string; thumbnail: string }[];
  phone?: string | undefined;
}) {
  // What lies on this very phone is shown from it, and nobody has to wait for it.
  const awaited = props.photos.map((photo) => (isLocal(photo.thumbnail) ? { ...photo, state: "here" } : photo));
  const words = missingInWords(awaited, props.phone);
  if (!words) return null;
  return (
    <p class="photos-missing">
      <Icon name="phone" /> {words}
    </p>
  );
}

/** Before and after side by side, the others small under them, each opening larger. `what` names the
 *  place for people who hear it; `missing` counts photos that the server still waits for. */
export function PhotoSet(props: {
  photos: readonly PhotoRow[];
  what: string;
  missing: number;
  /** What the reporter's phone is called, where that is known: "Ash Warden's phone". */
  phone?: string | undefined;
}) {
  const { photos, what } = props;
  const [open, setOpen] = useState<PhotoRow | null>(null);
  const after = photos.filter((photo) => photo.role === "after");
  const before = photos.filter((photo) => photo.role === "before");
  const others = photos.filter((photo) => photo.role !== "before" && photo.role !== "after");
  const first = before[0];
  const last = after[after.length - 1];
  const rest = [...before.slice(1), ...after.slice(0, -1), ...others];
  const missing = !first && props.missing > 0;
  return (
    <>
      <div class={last ? "photo-pair" : undefined}>
        <Photo
          size="large"
          src={first?.view}
          state={first?.state ?? (missing ? "expected" : null)}
          alt={`Before: ${what}`}
          caption={last ? "Before" : undefined}
          onOpen={first && (() => setOpen(first))}
        />
        {last && (
          <Photo
            size="large"
            src={last.view}
            state={last.state}
            alt={`After: ${what}`}
            caption="After"
            onOpen={() => setOpen(last)}
          />
        )}
      </div>
      {rest.length > 0 && (
        <ul class="row">
          {rest.map((photo) => (
            <li key={photo.id}>
              <Photo
                src={photo.thumbnail}
                state={photo.state}
                alt={`${ROLE_WORDS[photo.role] ?? "Photo"}: ${what}`}
                onOpen={() => setOpen(photo)}
              />
            </li>
          ))}
        </ul>
      )}
      <MissingPhotos photos={photos} phone={props.phone} />
      <Sheet
        open={open !== null}
        title={open ? (ROLE_WORDS[open.role] ?? "Photo") : "Photo"}
        wide
        onClose={() => setOpen(null)}
      >
        {open && (
          <div class="photo-whole">
            <Photo size="fill" src={open.view} state={open.state} alt={`${ROLE_WORDS[open.role]}: ${what}`} />
          </div>
        )}
      </Sheet>
    </>
  );
}
