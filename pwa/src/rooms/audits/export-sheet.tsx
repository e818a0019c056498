import { useEffect, useState } from "preact/hooks";
import type { Exported } from "../../sync/export";
import { Banner, Button, Sheet } from "../../ui";
import { photosInWords } from "./outbox-words";

type Made = { state: "making" } | { state: "failed" } | { state: "ready"; made: Exported; url: string };

function sizeInWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Makes the file when the sheet opens; its address is freed when it closes. */
function useExport(ids: ReadonlySet<string> | null): Made {
  const [made, setMade] = useState<Made>({ state: "making" });
  useEffect(() => {
    if (!ids) return;
    let here = true;
    let url = "";
    setMade({ state: "making" });
    import("../../sync/export")
      .then(({ exportOutbox }) => exportOutbox(ids))
      .then(
        (done) => {
          if (!here) return;
          url = URL.createObjectURL(done.file);
          setMade({ state: "ready", made: done, url });
        },
        () => here && setMade({ state: "failed" }),
      );
    return () => {
      here = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [ids]);
  return made;
}

function Ready({ made, url }: { made: Exported; url: string }) {
  const { file, records, photos } = made;
  const share = { files: [file] };
  const canShare = typeof navigator.canShare === "function" && navigator.canShare(share);
  return (
    <>
      <p>
        {records === 1 ? "1 record" : `${records} records`}
        {photos > 0 && ` and ${photosInWords(photos)}`} in one file of {sizeInWords(file.size)}. A manager can bring it
        in at the desk. Everything stays on this phone too, and still goes by itself.
      </p>
      <a class="button button-primary button-wide" href={url} download={file.name}>
        Save the file
      </a>
      {canShare && (
        <Button wide icon="external" onClick={() => void navigator.share(share).catch(() => undefined)}>
          Send it to somebody
        </Button>
      )}
      <p class="quiet-text small-text outbox-file">{file.name}</p>
    </>
  );
}

/** A copy of unsent work as a file: `ids` names the operations, null closes the sheet. */
export function ExportSheet({ ids, onClose }: { ids: ReadonlySet<string> | null; onClose: () => void }) {
  const made = useExport(ids);
  return (
    <Sheet open={ids !== null} title="Save a copy" onClose={onClose}>
      {made.state === "making" && <p role="status">Making the file.</p>}
      {made.state === "failed" && (
        <Banner kind="late" live="alert" title="The file could not be made">
          <p>Nothing is lost. Close other apps, then try again; or take fewer at a time.</p>
        </Banner>
      )}
      {made.state === "ready" && <Ready made={made.made} url={made.url} />}
    </Sheet>
  );
}
