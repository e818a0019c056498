/** Prepares photos beside the screen, so that it never stutters. */
import { PhotoTrouble, type Prepared, prepare, type Wishes } from "./prepare";

addEventListener("message", (event: MessageEvent<{ file: Blob; wishes: Wishes }>) => {
  prepare(event.data.file, event.data.wishes).then(
    (photo: Prepared) => {
      const buffers = [photo.bytes, photo.preview, photo.original?.bytes].filter((each) => each instanceof ArrayBuffer);
      postMessage({ photo }, { transfer: buffers });
    },
    (error: unknown) => postMessage({ trouble: error instanceof PhotoTrouble ? error.trouble : null }),
  );
});
