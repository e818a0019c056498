/** A picture made small for standing beside a question: drawn anew, so that it holds nothing but what is seen. */
import { fitted } from "../../../../device/picture";

const LONGEST_SIDE_PX = 800;
const QUALITY = 0.8;

/** A JPEG of at most 800 px. Throws with words for the person where this browser can't read the file. */
export async function shrunk(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Error("This file can’t be read as a picture here. Choose a JPEG or a PNG.");
  });
  const [width, height] = fitted(image.width, image.height, LONGEST_SIDE_PX);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  context?.drawImage(image, 0, 0, width, height);
  image.close();
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  // iOS lends few canvases: give it back at once.
  canvas.width = 0;
  if (!made) throw new Error("The picture could not be made smaller. Try a smaller one.");
  return made;
}
