import { useEffect, useState } from "preact/hooks";
import type { NewPhoto } from "../sync";
import { isLocal, Photo } from "../ui";

/** Addresses to show photos by that were just taken; freed when the screen goes. */
export function usePreviews(photos: readonly NewPhoto[]): readonly string[] {
  const [urls, setUrls] = useState<readonly string[]>([]);
  useEffect(() => {
    const made = photos.map((photo) => {
      const type = photo.preview ? "image/jpeg" : photo.content_type;
      return URL.createObjectURL(new Blob([photo.bytes ?? photo.preview], { type }));
    });
    setUrls(made);
    return () => {
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [photos]);
  return urls;
}

/** Photos that were just taken, side by side. `what` says what they show. */
export function Previews({ photos, what }: { photos: readonly NewPhoto[]; what: string }) {
  const urls = usePreviews(photos);
  if (urls.length === 0) return null;
  return (
    <div class="photo-pair">
      {urls.map((url, i) => (
        <Photo key={url} size="large" src={url} alt={urls.length > 1 ? `${what}, photo ${i + 1}` : what} />
      ))}
    </div>
  );
}

const asked = new Set<string>();

/** Fetches these pictures (addresses of our server), one after another, so that the service worker keeps them
 *  for where there is no signal; until `gone` says that nobody waits for them any more. */
export async function keepAhead(paths: readonly string[], gone: () => boolean = () => false): Promise<void> {
  if (!navigator.serviceWorker?.controller) return;
  for (const path of paths) {
    if (gone() || !navigator.onLine) return;
    if (isLocal(path) || asked.has(path)) continue;
    // What fails comes when it is looked at; the next visit of this screen tries again.
    const answer = await fetch(path).catch(() => null);
    if (answer?.ok) asked.add(path);
  }
}

/** The same, while the screen is shown. */
export function useKeepAhead(paths: readonly string[]): void {
  useEffect(() => {
    let gone = false;
    void keepAhead(paths, () => gone);
    return () => {
      gone = true;
    };
  }, [paths.join()]);
}
