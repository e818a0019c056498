import { useEffect, useState } from "preact/hooks";
import type { NewPhoto } from "../../sync";

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
