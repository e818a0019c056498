import { describe, expect, it } from "vitest";
import { decodeSize, fitted, jpegIsWhole, jpegSize, pictureType } from "./picture";

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const iso = (...brands: string[]) =>
  new Uint8Array(
    [0, 0, 0, 8 + 4 * (brands.length + 1), ...ascii("ftyp"), ...ascii(brands[0] ?? ""), 0, 0, 0, 0].concat(
      brands.slice(1).flatMap(ascii),
    ),
  );
/** A JPEG's beginning: an APP1 block of `exif` bytes, then a frame header. */
const jpeg = (exif: number, frame: number, width: number, height: number) =>
  new Uint8Array([
    ...[0xff, 0xd8, 0xff, 0xe1, exif >> 8, exif & 255, ...Array(exif - 2).fill(0xff)],
    ...[
      0xff,
      frame,
      0,
      17,
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      3,
      1,
      0x22,
      0,
      2,
      0x11,
      1,
      3,
      0x11,
      1,
    ],
  ]);

describe("what a file is, by what is in it", () => {
  it.each([
    ["a JPEG", jpeg(10, 0xc0, 1, 1), "image/jpeg"],
    ["a PNG", new Uint8Array([0x89, ...ascii("PNG\r\n"), 0x1a, 0x0a, 0]), "image/png"],
    ["a WebP", new Uint8Array([...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPVP8 ")]), "image/webp"],
    ["an iPhone's HEIC", iso("heic", "mif1", "heic"), "image/heic"],
    ["a HEIC of a general brand", iso("mif1", "heic"), "image/heic"],
    ["an AVIF, which names HEIC's general brand too", iso("mif1", "avif", "miaf"), "image/avif"],
    ["a film", iso("mp42", "isom"), null],
    ["a page", new Uint8Array(ascii("<!doctype html><html>")), null],
    [
      "a WAVE sound in the same wrapping as WebP",
      new Uint8Array([...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WAVE")]),
      null,
    ],
    ["nothing", new Uint8Array(), null],
  ])("%s", (_what, bytes, type) => {
    expect(pictureType(bytes)).toBe(type);
  });
});

describe("how large a JPEG says it is", () => {
  it("finds the frame behind what the camera wrote about itself", () => {
    expect(jpegSize(jpeg(60_000, 0xc0, 4032, 3024))).toEqual({ width: 4032, height: 3024 });
  });
  it("reads progressive ones, and never takes a table for a frame", () => {
    expect(jpegSize(jpeg(10, 0xc2, 8000, 6000))).toEqual({ width: 8000, height: 6000 });
    expect(jpegSize(jpeg(10, 0xc4, 8000, 6000))).toBeNull();
  });
  it("doesn't know where the file ends too early, or is nonsense", () => {
    expect(jpegSize(jpeg(100, 0xc0, 1, 1).slice(0, 60))).toBeNull();
    expect(jpegSize(jpeg(10, 0xc0, 0, 5))).toBeNull();
    expect(jpegSize(new Uint8Array([0xff, 0xd8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))).toBeNull();
  });
  it("knows a whole file from one that breaks off, also with a phone's own data behind the end", () => {
    expect(jpegIsWhole(new Uint8Array([0xff, 0xd8, 1, 2, 0xff, 0xd9]))).toBe(true);
    expect(jpegIsWhole(new Uint8Array([0xff, 0xd8, 1, 2, 0xff, 0xd9, 7, 7, 7, 7]))).toBe(true);
    expect(jpegIsWhole(new Uint8Array([0xff, 0xd8, 1, 2, 3, 4]))).toBe(false);
  });
});

describe("how small a picture is made", () => {
  it.each([
    [4000, 3000, [2048, 1536]],
    [3000, 4000, [1536, 2048]],
    [1200, 900, [1200, 900]],
    [30_000, 3, [2048, 1]],
  ])("%d × %d fits into 2048", (width, height, fits) => {
    expect(fitted(width, height, 2048)).toEqual(fits);
  });
  it.each([
    [4000, 3000, [2500, 1875]],
    [8000, 6000, [3000, 2250]],
    [16_384, 12_288, [2048, 1536]],
    [2048, 1536, [2048, 1536]],
    [800, 600, [800, 600]],
  ])("%d × %d is decoded in eighths, never below what is kept", (width, height, asked) => {
    expect(decodeSize(width, height, 2048)).toEqual(asked);
  });
});
