/**
 * Makes a picture smaller. Decodes at the wanted size, because iOS refuses canvases beyond
 * 16,777,216 pixels, and gives the memory back at once.
 */

export const LONGEST_SIDE_PX = 2048;
export const PREVIEW_SIDE_PX = 320;
const QUALITY = 0.85;

export interface Scaled {
  bytes: ArrayBuffer;
  preview: ArrayBuffer;
}

/** Width and height that fit into a square of `side`, never larger than they are. */
export function fitted(width: number, height: number, side: number): [number, number] {
  const factor = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}

function canvasOf(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

async function jpeg(canvas: OffscreenCanvas | HTMLCanvasElement): Promise<ArrayBuffer> {
  const blob =
    "convertToBlob" in canvas
      ? await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })
      : await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob || blob.size === 0) throw new Error("the picture could not be drawn");
  return blob.arrayBuffer();
}

async function draw(image: ImageBitmap, side: number): Promise<ArrayBuffer> {
  const [width, height] = fitted(image.width, image.height, side);
  const canvas = canvasOf(width, height);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null;
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const bytes = await jpeg(canvas);
  canvas.width = 0;
  canvas.height = 0;
  return bytes;
}

/** The picture with its longest side at most 2048 px, and a preview, both JPEG, right way up. */
export async function scale(file: Blob): Promise<Scaled> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return { bytes: await draw(image, LONGEST_SIDE_PX), preview: await draw(image, PREVIEW_SIDE_PX) };
  } finally {
    image.close();
  }
}
