import { beforeEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../sync/hash";
import { MOST_BYTES, PhotoTrouble, prepare } from "./prepare";
import * as scaling from "./scale";

const WISHES = { keepOriginal: true, mostPixels: Number.POSITIVE_INFINITY };
/** What the picture's decoder would say; these stories are about everything around it. */
const scale = vi.spyOn(scaling, "scale");

function jpeg(size: number, { whole = true } = {}): Blob {
  const bytes = new Uint8Array(size);
  bytes.set([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0]);
  if (whole) bytes.set([0xff, 0xd9], size - 2);
  return new Blob([bytes], { type: "text/plain" });
}

const bufferOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

beforeEach(() => {
  scale.mockReset();
});

describe("a photo that this browser can open", () => {
  it("is scaled, and the hash is that of what will be sent", async () => {
    scale.mockResolvedValue({ bytes: bufferOf("scaled"), preview: bufferOf("small") });
    const photo = await prepare(jpeg(4_000), WISHES);
    expect(photo).toMatchObject({ content_type: "image/jpeg", size_bytes: 6 });
    expect(photo.sha256).toBe(await sha256Hex(bufferOf("scaled")));
  });

  it("comes with the camera's own file, byte for byte, where that is asked for", async () => {
    scale.mockResolvedValue({ bytes: bufferOf("scaled"), preview: bufferOf("small") });
    const file = jpeg(4_000);
    const { original } = await prepare(file, WISHES);
    expect(original).toMatchObject({ size_bytes: 4_000, content_type: "image/jpeg" });
    expect(original?.sha256).toBe(await sha256Hex(await file.arrayBuffer()));
    expect((await prepare(file, { ...WISHES, keepOriginal: false })).original).toBeNull();
  });

  it("is not asked for twice what the server takes: a larger original is let go", async () => {
    scale.mockResolvedValue({ bytes: bufferOf("scaled"), preview: bufferOf("small") });
    expect((await prepare(jpeg(MOST_BYTES + 1), WISHES)).original).toBeNull();
  });

  it("stays as it is when it is small already", async () => {
    scale.mockImplementation(async (_file, _bytes, _type, fits) => ({
      bytes: fits(1200, 900) ? null : bufferOf("scaled"),
      preview: bufferOf("small"),
    }));
    const file = jpeg(4_000);
    const photo = await prepare(file, WISHES);
    expect(photo.sha256).toBe(await sha256Hex(await file.arrayBuffer()));
    expect(photo.original).toBeNull();
    expect((await prepare(jpeg(2_000_000), WISHES)).size_bytes).toBe(6);
  });
});

describe("a photo that this browser can't open", () => {
  beforeEach(() => {
    scale.mockRejectedValue(new Error("can't be decoded"));
  });

  it.each([
    ["a JPEG that breaks off", jpeg(4_000, { whole: false }), "This photo is broken"],
    ["an empty file", new Blob([]), "The photo came out empty"],
    ["a page", new Blob(["<html></html>"]), "This file is not a photo"],
  ])("%s is refused in words", async (_what, file, words) => {
    const refused = prepare(file, WISHES);
    await expect(refused).rejects.toBeInstanceOf(PhotoTrouble);
    await expect(refused).rejects.toThrow(words);
  });

  it("is kept as it is when it is whole: another decoder may open it", async () => {
    const photo = await prepare(jpeg(4_000), WISHES);
    expect(photo).toMatchObject({ size_bytes: 4_000, content_type: "image/jpeg", preview: null, original: null });
  });

  it("is refused in words above what the server takes", async () => {
    await expect(prepare(jpeg(MOST_BYTES + 1), WISHES)).rejects.toThrow("too large to send");
  });

  it("is not even read when no phone could hold it", async () => {
    const film = { size: 400_000_000, arrayBuffer: () => Promise.reject(new Error("read")) } as unknown as Blob;
    await expect(prepare(film, WISHES)).rejects.toThrow("too large");
    const gone = { size: 4_000, arrayBuffer: () => Promise.reject(new Error("gone")) } as unknown as Blob;
    await expect(prepare(gone, WISHES)).rejects.toThrow("could not read this photo");
  });

  it("is not decoded where its pixels would not fit into the memory", async () => {
    await prepare(jpeg(4_000), { ...WISHES, mostPixels: 1_000_000 });
    expect(scale).not.toHaveBeenCalled();
  });
});
