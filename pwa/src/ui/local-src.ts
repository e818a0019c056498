/**
 * Photos that this very device holds have addresses like `local:<id>` (a small one) and
 * `local:<id>/whole`. They are opened when they are about to be shown and closed when they no longer
 * are, so that a phone with thousands of photos holds only a screenful of them in memory.
 */
import { useEffect, useState } from "preact/hooks";

export interface LocalPhotoSource {
  /** An address that an <img> understands, or null when the photo can't be read. */
  open: (id: string, whole: boolean) => Promise<string | null>;
  close: (id: string, whole: boolean) => void;
}

const LOCAL = /^local:([^/]+)(\/whole)?$/;
let source: LocalPhotoSource | null = null;

/** The app says once where photos of this device come from. */
export function setLocalPhotos(from: LocalPhotoSource): void {
  source = from;
}

export function isLocal(src: string | null | undefined): boolean {
  return src?.startsWith("local:") ?? false;
}

/** `src` as an <img> understands it: "opening" while a photo of this device is read, null: not to be had. */
export function useLocalSrc(src: string | null | undefined): string | null | "opening" {
  const found = src ? LOCAL.exec(src) : null;
  const id = found?.[1];
  const whole = found?.[2] !== undefined;
  const [opened, setOpened] = useState<{ src: string; url: string | null } | null>(null);
  useEffect(() => {
    const from = source;
    if (!id || !src || !from) return;
    let here = true;
    void from.open(id, whole).then(
      (url) => here && setOpened({ src, url }),
      () => here && setOpened({ src, url: null }),
    );
    return () => {
      here = false;
      from.close(id, whole);
    };
  }, [src, id, whole]);
  if (!id) return src ?? null;
  return opened && opened.src === src ? opened.url : "opening";
}
