/**
 * Makes a picture smaller, beside the screen (in the worker) or, where there is no other way, on it.
 * One decoded picture at a time: it is drawn once, small, and given back before anything else.
 */
import { decodeSize, fitted, jpegSize, type PictureType } from "./picture";

export const LONGEST_SIDE_PX = 2048;
export const PREVIEW_SIDE_PX = 320;
/**
 * JPEG, not WebP: in Chromium a 12-megapixel photo becomes 770 kB in 35 ms as JPEG (0.85) and 560 kB in
 * 360 ms as WebP (0.8), times four on a slow phone, while the person waits for "Saved"; Safari
 * can't make WebP at all.
 */
const TYPE = "image/jpeg";
const QUALITY = 0.85;

type Canvas = OffscreenCanvas | HTMLCanvasElement;

interface Decoded {
  image: CanvasImageSource;
  /** Pixels of the whole picture, right way up. */
  width: number;
  height: number;
  close(): void;
}

export interface Scaled {
  /** Null: small enough already, so that nothing has to be drawn anew. */
  bytes: ArrayBuffer | null;
  preview: ArrayBuffer;
}

/** As far as this app uses it; not yet in TypeScript's own list of the web's parts. */
interface PartialDecoder {
  decode(): Promise<{ image: VideoFrame & { rotation?: number } }>;
  close(): void;
}
interface PartialDecoderMaker {
  new (options: { data: ArrayBuffer; type: string; desiredWidth: number; desiredHeight: number }): PartialDecoder;
}

/** Decodes no more of a JPEG than is needed, where the browser can; null where it can't, or not this one. */
async function decodeSmall(bytes: ArrayBuffer): Promise<Decoded | null> {
  const Decoder = (globalThis as { ImageDecoder?: PartialDecoderMaker }).ImageDecoder;
  const size = jpegSize(new Uint8Array(bytes));
  if (!Decoder || !size) return null;
  const [desiredWidth, desiredHeight] = decodeSize(size.width, size.height, LONGEST_SIDE_PX);
  try {
    const decoder = new Decoder({ data: bytes, type: TYPE, desiredWidth, desiredHeight });
    try {
      const { image } = await decoder.decode();
      // Without this the browser doesn't turn the frame as the camera was held.
      if (image.rotation === undefined) {
        image.close();
        return null;
      }
      const turned = image.displayWidth < image.displayHeight !== size.width < size.height;
      const [width, height] = turned ? [size.height, size.width] : [size.width, size.height];
      return { image, width, height, close: () => image.close() };
    } finally {
      decoder.close();
    }
  } catch {
    return null;
  }
}

async function decode(file: Blob, bytes: ArrayBuffer, type: PictureType | null): Promise<Decoded> {
  const small = type === TYPE ? await decodeSmall(bytes) : null;
  if (small) return small;
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  return { image, width: image.width, height: image.height, close: () => image.close() };
}

function canvasOf(width: number, height: number): Canvas {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function drawn(image: CanvasImageSource, width: number, height: number, side: number): Canvas {
  const [fitWidth, fitHeight] = fitted(width, height, side);
  const canvas = canvasOf(fitWidth, fitHeight);
  const options = { alpha: false, willReadFrequently: true };
  const context = canvas.getContext("2d", options) as OffscreenCanvasRenderingContext2D | null;
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, fitWidth, fitHeight);
  context.imageSmoothingQuality = "medium";
  context.drawImage(image, 0, 0, fitWidth, fitHeight);
  return canvas;
}

async function encoded(canvas: Canvas): Promise<ArrayBuffer> {
  const blob =
    "convertToBlob" in canvas
      ? await canvas.convertToBlob({ type: TYPE, quality: QUALITY })
      : await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, TYPE, QUALITY));
  if (!blob || blob.size === 0) throw new Error("the picture could not be drawn");
  return blob.arrayBuffer();
}

function release(canvas: Canvas): void {
  canvas.width = 0;
  canvas.height = 0;
}

/**
 * The picture with its longest side at most 2048 px, and a preview of 320 px, both JPEG, right way up.
 * `fits(width, height)` may say that the file is good enough as it is. Rejects when this browser
 * can't decode it.
 */
export async function scale(
  file: Blob,
  bytes: ArrayBuffer,
  type: PictureType | null,
  fits: (width: number, height: number) => boolean,
): Promise<Scaled> {
  const picture = await decode(file, bytes, type);
  let canvas: Canvas;
  try {
    canvas = drawn(picture.image, picture.width, picture.height, LONGEST_SIDE_PX);
  } finally {
    picture.close();
  }
  try {
    const small = drawn(canvas, canvas.width, canvas.height, PREVIEW_SIDE_PX);
    const preview = await encoded(small);
    release(small);
    return { bytes: fits(picture.width, picture.height) ? null : await encoded(canvas), preview };
  } finally {
    release(canvas);
  }
}
