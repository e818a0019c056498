/** Scales pictures beside the screen, so that it never stutters. */
import { scale } from "./scale";

addEventListener("message", (event: MessageEvent<Blob>) => {
  scale(event.data).then(
    (scaled) => postMessage({ ok: scaled }, { transfer: [scaled.bytes, scaled.preview] }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
