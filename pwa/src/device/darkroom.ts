/**
 * The one worker that prepares photos, and what happens without it. One photo at a time, however many
 * are picked at once: never two decoded pictures in memory.
 */
import { PhotoTrouble, type Prepared, prepare, type Trouble, type Wishes } from "./prepare";

/** Beyond this the worker is taken to hang; the slowest phones need a tenth of it for 48 megapixels. */
const LIMIT_MS = 20_000;
/** An idle worker gives its memory back. */
const IDLE_MS = 30_000;
/** What the screen's own side decodes when the worker failed: more could end the whole app. */
const MOST_PIXELS_HERE = 24_000_000;

interface Answer {
  photo?: Prepared;
  trouble?: Trouble | null;
}

let worker: Worker | null = null;
let idle: ReturnType<typeof setTimeout> | undefined;
let line: Promise<unknown> = Promise.resolve();

function theWorker(): Worker {
  worker ??= new Worker(new URL("./prepare.worker.ts", import.meta.url), { type: "module" });
  return worker;
}

function letGo(): void {
  worker?.terminate();
  worker = null;
}

function later(): void {
  clearTimeout(idle);
  idle = setTimeout(letGo, IDLE_MS);
}

/** Starts the worker while the person aims the camera, so that it is ready at the shutter. */
export function warmUp(): void {
  if (typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined") return;
  try {
    theWorker();
    later();
  } catch {
    worker = null;
  }
}

/** Rejects with PhotoTrouble when the file is at fault, with any other error when the worker is. */
function inWorker(file: Blob, wishes: Wishes): Promise<Prepared> {
  clearTimeout(idle);
  const at = theWorker();
  return new Promise<Prepared>((resolve, reject) => {
    const limit = setTimeout(() => fail("took too long"), LIMIT_MS);
    function fail(why: string): void {
      clearTimeout(limit);
      letGo();
      reject(new Error(why));
    }
    at.onmessage = (event: MessageEvent<Answer>) => {
      clearTimeout(limit);
      if (event.data.photo) resolve(event.data.photo);
      else if (event.data.trouble) reject(new PhotoTrouble(event.data.trouble));
      else fail("failed");
    };
    at.onerror = () => fail("died");
    at.onmessageerror = () => fail("said nothing");
    at.postMessage({ file, wishes });
  }).finally(later);
}

async function develop(file: Blob, keepOriginal: boolean): Promise<Prepared> {
  if (typeof OffscreenCanvas !== "undefined" && typeof Worker !== "undefined") {
    try {
      return await inWorker(file, { keepOriginal, mostPixels: Number.POSITIVE_INFINITY });
    } catch (error) {
      if (error instanceof PhotoTrouble) throw error;
    }
  }
  return prepare(file, { keepOriginal, mostPixels: MOST_PIXELS_HERE });
}

/** One photo after the other, in the order they were asked for. Rejects with PhotoTrouble. */
export function developed(file: Blob, keepOriginal: boolean): Promise<Prepared> {
  const turn = line.then(() => develop(file, keepOriginal));
  line = turn.catch(() => undefined);
  return turn;
}
