/** Ways to a photo: the camera first, a chosen picture second. A plain file input, so it works everywhere. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { NewPhoto } from "../sync";
import { Banner, Button } from "../ui";
import { takePhoto } from "./photo";

interface PhotoInputProps {
  onPhoto: (photo: NewPhoto) => void;
  /** Opens the camera by itself when the screen was reached by a tap. */
  openAtOnce?: boolean;
  /** The camera button is what to do now. */
  large?: boolean;
  cameraLabel?: string;
  chooseLabel?: string;
}

/** Calls `onPhoto` once for each photo, in the order they were chosen. */
export function PhotoInput({ onPhoto, openAtOnce, large, cameraLabel, chooseLabel }: PhotoInputProps) {
  const camera = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    if (openAtOnce && navigator.userActivation?.isActive && matchMedia("(pointer: coarse)").matches) {
      camera.current?.click();
    }
  }, [openAtOnce]);

  async function take(input: HTMLInputElement): Promise<void> {
    const files = Array.from(input.files ?? []);
    input.value = "";
    if (files.length === 0) return;
    setBusy(true);
    setWrong(null);
    try {
      for (const file of files) onPhoto(await takePhoto(file));
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "The photo could not be used. Take it again.");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="stack-tight">
      {wrong && <Banner kind="late" live="alert" title={wrong} />}
      <input
        ref={camera}
        hidden
        type="file"
        accept="image/*"
        capture="environment"
        data-photo="camera"
        onChange={(event) => void take(event.currentTarget)}
      />
      <input
        ref={chooser}
        hidden
        type="file"
        accept="image/*"
        multiple
        data-photo="choose"
        onChange={(event) => void take(event.currentTarget)}
      />
      <Button
        kind={large ? "primary" : "secondary"}
        large={large}
        wide
        icon="camera"
        busy={busy}
        onClick={() => camera.current?.click()}
      >
        {busy ? "Getting the photo ready" : (cameraLabel ?? "Take a photo")}
      </Button>
      <Button kind={large ? "secondary" : "quiet"} wide icon="photo" onClick={() => chooser.current?.click()}>
        {chooseLabel ?? "Choose a photo"}
      </Button>
    </div>
  );
}
