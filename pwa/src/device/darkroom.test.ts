import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { developed, warmUp } from "./darkroom";
import { PhotoTrouble, type Prepared } from "./prepare";

/** A worker as the browser gives one, that does what the story says. */
type Behaviour = (file: Blob, answer: (data: unknown) => void, die: () => void) => void;
let behave: Behaviour;
let alive = 0;
let started = 0;

class StoryWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  onmessageerror: (() => void) | null = null;
  constructor() {
    alive += 1;
    started += 1;
  }
  postMessage({ file }: { file: Blob }): void {
    behave(
      file,
      (data) => this.onmessage?.({ data }),
      () => this.onerror?.(),
    );
  }
  terminate(): void {
    alive -= 1;
  }
}

const HEIC = new Uint8Array([0, 0, 0, 16, ...[..."ftypheic"].map((letter) => letter.charCodeAt(0)), 0, 0, 0, 0]);
const heic = () => new Blob([HEIC], { type: "" });
const made = (name: string) => ({ photo: { sha256: name } as Prepared });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", StoryWorker);
  vi.stubGlobal("OffscreenCanvas", class {});
});
afterEach(async () => {
  // The idle worker goes, so that no story meets the one of the story before.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(alive).toBe(0);
  started = 0;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("photos are made ready one after the other", () => {
  it("in order, never two at a time, by one worker, though ten are picked at once", async () => {
    let under = 0;
    let most = 0;
    behave = (file, answer) => {
      under += 1;
      most = Math.max(most, under);
      setTimeout(() => {
        under -= 1;
        answer(made(String(file.size)));
      }, 300);
    };
    const ten = Array.from({ length: 10 }, (_, index) => developed(new Blob(["x".repeat(index + 1)]), false));
    await vi.advanceTimersByTimeAsync(4_000);
    expect((await Promise.all(ten)).map((photo) => photo.sha256)).toEqual([
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
    ]);
    expect(most).toBe(1);
    expect(started).toBe(1);
  });

  it("by a worker that was started before the shutter", async () => {
    behave = (_file, answer) => answer(made("quick"));
    warmUp();
    warmUp();
    expect((await developed(heic(), false)).sha256).toBe("quick");
    expect(started).toBe(1);
  });

  it("also when one of them is no photo: the next is not held up, and the person gets words", async () => {
    behave = (file, answer) => answer(file.size === 1 ? { trouble: "not_a_photo" } : made("fine"));
    const first = developed(new Blob(["x"]), false);
    const second = developed(new Blob(["xx"]), false);
    await expect(first).rejects.toThrow("This file is not a photo that can be used.");
    expect((await second).sha256).toBe("fine");
    expect(started).toBe(1);
  });
});

describe("without its worker a photo is still kept", () => {
  it("when the worker dies, and the next photo gets a new one", async () => {
    behave = (_file, _answer, die) => die();
    const photo = await developed(heic(), false);
    expect(photo).toMatchObject({ content_type: "image/heic", size_bytes: HEIC.length, preview: null });
    behave = (_file, answer) => answer(made("again"));
    expect((await developed(heic(), false)).sha256).toBe("again");
    expect(started).toBe(2);
  });

  it("when the worker hangs", async () => {
    behave = () => undefined;
    const photo = developed(heic(), false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await photo).content_type).toBe("image/heic");
  });

  it("when the browser has none", async () => {
    vi.stubGlobal("OffscreenCanvas", undefined);
    expect((await developed(heic(), false)).content_type).toBe("image/heic");
    expect(started).toBe(0);
  });

  it("but a file that is no photo is refused there too", async () => {
    behave = (_file, _answer, die) => die();
    await expect(developed(new Blob(["<html>"]), false)).rejects.toBeInstanceOf(PhotoTrouble);
    await expect(developed(new Blob([]), false)).rejects.toThrow("The photo came out empty.");
  });
});
