/** What a file is by its first bytes, and how large a picture it says it is. Pure. */

export type PictureType = "image/jpeg" | "image/png" | "image/webp" | "image/heic" | "image/avif";

/** Brands of ISO media files that hold a HEIC picture; a moving one has others (ISO 14496-12, 23008-12). */
const HEIC_BRANDS: ReadonlySet<string> = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);
const AVIF_BRANDS: ReadonlySet<string> = new Set(["avif", "avis"]);
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function words(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/** AVIF names "mif1" too, so that its own brand decides, wherever it stands. */
function isoType(bytes: Uint8Array): PictureType | null {
  const end = Math.min(bytes.length, ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | u16(bytes, 2));
  const brands = [words(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(words(bytes, at, 4));
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return "image/avif";
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? "image/heic" : null;
}

/** What these bytes are, whatever the file is called; null when the server takes no such thing. */
export function pictureType(bytes: Uint8Array): PictureType | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (PNG.every((byte, index) => bytes[index] === byte)) return "image/png";
  if (words(bytes, 0, 4) === "RIFF" && words(bytes, 8, 4) === "WEBP") return "image/webp";
  if (words(bytes, 4, 4) === "ftyp") return isoType(bytes);
  return null;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Frame headers of a JPEG: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Width and height in pixels as the JPEG stores them, before any turning; null when it doesn't say. */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      const size = { height: u16(bytes, at + 5), width: u16(bytes, at + 7) };
      return size.width > 0 && size.height > 0 ? size : null;
    }
    if (marker === 0xd9 || marker === 0xda) return null;
    at += 2 + u16(bytes, at + 2);
  }
  return null;
}

/** Whether a JPEG goes on to its end marker; phones may append data of their own behind it. */
export function jpegIsWhole(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at > 1; at -= 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

/** Width and height that fit into a square of `side`, never larger than they are. */
export function fitted(width: number, height: number, side: number): [number, number] {
  const factor = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}

/**
 * The size to ask a JPEG decoder for: it decodes in eighths of the whole, and the smallest that is
 * not below `side` needs a fraction of the memory and time (48 megapixels become 7).
 */
export function decodeSize(width: number, height: number, side: number): [number, number] {
  const eighths = Math.min(8, Math.ceil((8 * side) / Math.max(width, height)));
  return [Math.ceil((width * eighths) / 8), Math.ceil((height * eighths) / 8)];
}
