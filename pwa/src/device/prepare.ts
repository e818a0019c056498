/** From a file to bytes that can be kept and sent. Runs in the worker; on the screen's side only without one. */
import { sha256Hex } from "../sync/hash";
import { jpegIsWhole, jpegSize, type PictureType, pictureType } from "./picture";
import { LONGEST_SIDE_PX, scale } from "./scale";

/** The server's own limit for one photo (`SIGHTLINE_PHOTO_MAX_BYTES`). */
export const MOST_BYTES = 25_000_000;
/** Above this not even a reading is tried: no camera makes such photos, and the phone may not have the memory. */
const MOST_READ_BYTES = 150_000_000;
/** A picture that is small in pixels already is kept as it is, unless it is stored wastefully. */
const KEPT_UP_TO_BYTES = 1_500_000;

export interface Kept {
  bytes: ArrayBuffer;
  sha256: string;
  size_bytes: number;
  content_type: string;
}

export interface Prepared extends Kept {
  /** A small JPEG to show; null when this browser can't open the photo. */
  preview: ArrayBuffer | null;
  /** The file as the camera made it, where it was asked for and differs from `bytes`. */
  original: Kept | null;
}

export interface Wishes {
  keepOriginal: boolean;
  /** Pictures with more pixels are not decoded but kept as they are. */
  mostPixels: number;
}

export type Trouble = "empty" | "broken" | "not_a_photo" | "too_large" | "unreadable";

const WORDS: Record<Trouble, string> = {
  empty: "The photo came out empty. Take it again.",
  broken: "This photo is broken: a part of it is missing. Take it again or choose another.",
  not_a_photo: "This file is not a photo that can be used. Take a photo or choose another.",
  too_large: "This photo is too large to send, and this phone can't make it smaller. Choose one under 25 MB.",
  unreadable: "The phone could not read this photo. Choose it again.",
};

/** A file that can't be used; its message is for the person. */
export class PhotoTrouble extends Error {
  constructor(readonly trouble: Trouble) {
    super(WORDS[trouble]);
  }
}

async function kept(bytes: ArrayBuffer, content_type: string): Promise<Kept> {
  return { bytes, sha256: await sha256Hex(bytes), size_bytes: bytes.byteLength, content_type };
}

async function read(file: Blob): Promise<ArrayBuffer> {
  if (file.size === 0) throw new PhotoTrouble("empty");
  if (file.size > MOST_READ_BYTES) throw new PhotoTrouble("too_large");
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    throw new PhotoTrouble("unreadable");
  }
  if (bytes.byteLength === 0) throw new PhotoTrouble("empty");
  return bytes;
}

/** This browser can't decode it: what the server may be able to is kept as it is. */
async function asItIs(bytes: ArrayBuffer, type: PictureType | null): Promise<Prepared> {
  if (!type) throw new PhotoTrouble("not_a_photo");
  const looked = new Uint8Array(bytes);
  const partial = type === "image/jpeg" && !(jpegSize(looked) && jpegIsWhole(looked));
  // PNG and WebP every browser can decode, so one that it can't is broken.
  if (partial || type === "image/png" || type === "image/webp") throw new PhotoTrouble("broken");
  if (bytes.byteLength > MOST_BYTES) throw new PhotoTrouble("too_large");
  return { ...(await kept(bytes, type)), preview: null, original: null };
}

/**
 * The photo scaled (longest side 2048 px) with the SHA-256 of exactly the bytes that will be sent.
 * What this browser can't open (HEIC in Chromium) stays as it is, with its type by content. Throws
 * PhotoTrouble.
 */
export async function prepare(file: Blob, wishes: Wishes): Promise<Prepared> {
  const bytes = await read(file);
  const type = pictureType(new Uint8Array(bytes));
  const declared = type === "image/jpeg" ? jpegSize(new Uint8Array(bytes)) : null;
  if (declared && declared.width * declared.height > wishes.mostPixels && bytes.byteLength <= MOST_BYTES) {
    return asItIs(bytes, type);
  }
  const sendable = type === "image/jpeg" || type === "image/webp";
  const fits = (width: number, height: number) =>
    sendable && Math.max(width, height) <= LONGEST_SIDE_PX && bytes.byteLength <= KEPT_UP_TO_BYTES;
  // Beside the drawing: hashing has a thread of its own.
  const wanted = wishes.keepOriginal && type && bytes.byteLength <= MOST_BYTES;
  const original = wanted ? kept(bytes, type) : Promise.resolve(null);
  let scaled: Awaited<ReturnType<typeof scale>>;
  try {
    scaled = await scale(file, bytes, type, fits);
  } catch {
    return asItIs(bytes, type);
  }
  if (scaled.bytes === null) {
    return { ...(await kept(bytes, type as PictureType)), preview: scaled.preview, original: null };
  }
  return { ...(await kept(scaled.bytes, "image/jpeg")), preview: scaled.preview, original: await original };
}
