/** Addresses under which screens can show photos that this phone holds. */
import { localPhotos } from "./state";

const urls = new Map<string, string>();

/** An object URL of a photo's preview (or of the photo itself), or null when it is not here. */
export function localPhotoUrl(id: string): string | null {
  const known = urls.get(id);
  if (known) return known;
  const photo = localPhotos.value.find((candidate) => candidate.id === id);
  const bytes = photo?.bytes ?? photo?.preview;
  if (!photo || !bytes) return null;
  const type = photo.bytes ? photo.content_type : "image/jpeg";
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  urls.set(id, url);
  return url;
}

/** Frees the addresses of photos that are no longer here. */
export function forgetUrls(keptIds: ReadonlySet<string>): void {
  for (const [id, url] of urls) {
    if (keptIds.has(id)) continue;
    URL.revokeObjectURL(url);
    urls.delete(id);
  }
}
