/** From a picture taken or chosen to a photo that can be kept and sent. */
import type { Place } from "../api/types";
import type { NewPhoto } from "../sync";
import { uuid7 } from "../sync";
import { sha256Hex } from "./hash";
import { fix, placeOf } from "./position";
import { type Scaled, scale } from "./scale";

/** Types the server takes as they are when this browser cannot open them (an iPhone's HEIC). */
const KEPT_AS_IS = new Set(["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif"]);
const WORKER_LIMIT_MS = 20_000;

function inWorker(file: Blob): Promise<Scaled> {
  const worker = new Worker(new URL("./scale.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Scaled>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("took too long")), WORKER_LIMIT_MS);
    worker.onmessage = (event: MessageEvent<{ ok?: Scaled; error?: string }>) => {
      clearTimeout(limit);
      if (event.data.ok) resolve(event.data.ok);
      else reject(new Error(event.data.error));
    };
    worker.onerror = () => {
      clearTimeout(limit);
      reject(new Error("no worker"));
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

async function scaled(file: Blob): Promise<Scaled | null> {
  try {
    if (typeof OffscreenCanvas !== "undefined") return await inWorker(file);
  } catch {
    // Some browsers have the worker's canvas but not its pictures: draw on this side instead.
  }
  try {
    return await scale(file);
  } catch {
    return null;
  }
}

function typeOf(file: File): string {
  if (file.type) return file.type;
  return /\.hei[cf]$/i.test(file.name) ? "image/heic" : "";
}

/** The phone's place at this moment, for the photo; null when it is not known. */
function placeNow(): Place | null {
  return fix.value ? placeOf(fix.value) : null;
}

/**
 * Scales the picture (longest side 2048 px), hashes exactly the bytes that will be sent, and notes
 * when and where it was taken: browsers strip the place from pictures that people choose. Throws
 * an Error with words for the person when it is no picture at all.
 */
export async function takePhoto(file: File): Promise<NewPhoto> {
  const place = placeNow();
  const taken_at = new Date().toISOString();
  const small = await scaled(file);
  if (!small && !KEPT_AS_IS.has(typeOf(file))) {
    throw new Error("This file is not a photo that can be used. Take a photo or choose another.");
  }
  const bytes = small?.bytes ?? (await file.arrayBuffer());
  if (bytes.byteLength === 0) throw new Error("The photo came out empty. Take it again.");
  return {
    id: uuid7(),
    sha256: await sha256Hex(bytes),
    size_bytes: bytes.byteLength,
    content_type: small ? "image/jpeg" : typeOf(file),
    taken_at,
    place,
    bytes,
    preview: small?.preview ?? null,
  };
}
