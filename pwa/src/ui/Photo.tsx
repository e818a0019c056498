import { useEffect, useState } from "preact/hooks";
import { CategoryIcon, Icon } from "./Icon";
import type { IconName } from "./icons";
import { isLocal, useLocalSrc } from "./local-src";

interface PhotoProps {
  src: string | null | undefined;
  /** What the photo shows; empty where the words beside it already say so. */
  alt: string;
  /** "expected" and "received" are on their way; "unshowable" is kept but can't be
   *  drawn; "refused" could not be read. */
  state?: string | null | undefined;
  /** The category's picture stands in for a photo that isn't there. */
  icon?: string | null | undefined;
  /** thumb: a square in a list; large: the width of its place; fill: its box decides. */
  size?: "thumb" | "large" | "fill" | undefined;
  onOpen?: (() => void) | undefined;
  caption?: string | undefined;
}

const WAITING: Record<string, { icon: IconName; words: string }> = {
  expected: { icon: "phone", words: "Photo still on the phone that took it" },
  received: { icon: "clock", words: "Photo arrived, being prepared" },
  unshowable: { icon: "photo-off", words: "Photo arrived and is kept, but it can't be shown" },
  refused: { icon: "photo-off", words: "Photo could not be read" },
  none: { icon: "photo-off", words: "No photo" },
  failed: { icon: "offline", words: "Photo is not on this device yet" },
  opening: { icon: "photo", words: "Opening the photo" },
};

/** Why the picture can't be shown, or null where it can. A photo still on this very phone
 *  can always be shown, whatever the server has. */
function standIn(state: string | null | undefined, src: string | null | undefined, failed: boolean): string | null {
  if (failed) return "failed";
  const waiting = state && state !== "ready" && state in WAITING ? state : null;
  if (!src) return waiting ?? "none";
  return isLocal(src) || src.startsWith("blob:") ? null : waiting;
}

/** A photo, or an honest square that says why there is none. */
export function Photo({ src, alt, state, icon, size = "thumb", onOpen, caption }: PhotoProps) {
  const [failed, setFailed] = useState(false);
  useEffect(() => setFailed(false), [src]);
  const opened = useLocalSrc(src);
  const missing = opened === "opening" ? "opening" : standIn(state, src, failed || (isLocal(src) && opened === null));
  const waiting = missing ? WAITING[missing] : undefined;
  const picture = waiting ? (
    <span class="photo-missing">
      {size === "thumb" && icon ? (
        <CategoryIcon icon={icon} size="1.8em" />
      ) : (
        <Icon name={waiting.icon} size={size === "thumb" ? "1.5em" : "2em"} />
      )}
      <span class={size === "thumb" ? "sr-only" : "photo-words"}>{waiting.words}</span>
    </span>
  ) : (
    <img src={opened ?? undefined} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(true)} />
  );
  const framed =
    onOpen && !waiting ? (
      <button type="button" class="photo-button" onClick={onOpen}>
        {picture}
        <span class="sr-only">Open the photo larger</span>
      </button>
    ) : (
      picture
    );
  if (!caption) return <div class={`photo photo-${size}`}>{framed}</div>;
  return (
    <figure class="photo-figure">
      <div class={`photo photo-${size}`}>{framed}</div>
      <figcaption class="quiet-text small-text">{caption}</figcaption>
    </figure>
  );
}
