import { useState } from "preact/hooks";
import type { Photo as PhotoRow } from "../../api/types";
import type { JobView } from "../../sync";
import { Photo, Sheet } from "../../ui";

const ROLE_WORDS: Record<string, string> = {
  before: "Before",
  after: "After",
  seen_again: "Seen again",
  evidence: "On site",
};

/** The photos of a job: the before photo large, the others beside it, each opening larger. */
export function JobPhotos({ job }: { job: JobView }) {
  const [open, setOpen] = useState<PhotoRow | null>(null);
  const what = job.street_text || "the place";
  const after = job.photos.filter((photo) => photo.role === "after");
  const before = job.photos.filter((photo) => photo.role === "before");
  const others = job.photos.filter((photo) => photo.role !== "before" && photo.role !== "after");
  const first = before[0];
  const last = after[after.length - 1];
  const rest = [...before.slice(1), ...after.slice(0, -1), ...others];
  const missing = !first && job.photos_missing > 0;
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
