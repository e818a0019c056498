/** Ways to a photo: the camera first, a chosen picture second. A plain file input, so it works everywhere. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { NewPhoto } from "../sync";
import { Banner, Button } from "../ui";
import { warmUp } from "./darkroom";
import { takePhoto } from "./photo";

interface PhotoInputProps {
  /** Called once for each photo, in the order they were chosen, as soon as it is ready. */
  onPhoto?: (photo: NewPhoto) => void;
  /** Called instead, at the moment of the shutter, where the screen goes on while photos are made ready. */
  onFiles?: (files: File[], camera: boolean) => void;
  /** The camera is about to take the screen: some phones end the app meanwhile. */
  onCamera?: () => void;
  /** The person came back without a photo. */
  onCancel?: () => void;
  /** Opens the camera by itself when the screen was reached by a tap. */
  openAtOnce?: boolean;
  /** The camera button is what to do now. */
  large?: boolean;
  cameraLabel?: string;
  chooseLabel?: string;
}

async function each(files: readonly File[], camera: boolean, onPhoto: (photo: NewPhoto) => void): Promise<void> {
  // All are asked for at once, so that each has the time and place of this moment.
  const taking = files.map((file) => takePhoto(file, { camera }));
  const wrong: unknown[] = [];
  for (const photo of taking) await photo.then(onPhoto, (error: unknown) => wrong.push(error));
  if (wrong.length > 0) throw wrong[0];
}

export function PhotoInput(props: PhotoInputProps) {
  const { onPhoto, onFiles, onCamera, onCancel, openAtOnce, large, cameraLabel, chooseLabel } = props;
  const camera = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(warmUp, []);
  useEffect(() => {
    if (openAtOnce && navigator.userActivation?.isActive && matchMedia("(pointer: coarse)").matches) {
      onCamera?.();
      camera.current?.click();
    }
  }, [openAtOnce]);

  async function take(input: HTMLInputElement, fromCamera: boolean): Promise<void> {
    const files = Array.from(input.files ?? []);
    input.value = "";
    if (files.length === 0) return;
    if (onFiles) {
      onFiles(files, fromCamera);
      return;
    }
    setBusy(true);
    setWrong(null);
    try {
      await each(files, fromCamera, (photo) => onPhoto?.(photo));
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
        onCancel={onCancel}
        onChange={(event) => void take(event.currentTarget, true)}
      />
      <input
        ref={chooser}
        hidden
        type="file"
        accept="image/*"
        multiple
        data-photo="choose"
        onChange={(event) => void take(event.currentTarget, false)}
      />
      <Button
        kind={large ? "primary" : "secondary"}
        large={large}
        wide
        icon="camera"
        busy={busy}
        onClick={() => {
          onCamera?.();
          camera.current?.click();
        }}
      >
        {busy ? "Getting the photo ready" : (cameraLabel ?? "Take a photo")}
      </Button>
      <Button kind={large ? "secondary" : "quiet"} wide icon="photo" onClick={() => chooser.current?.click()}>
        {chooseLabel ?? "Choose a photo"}
      </Button>
    </div>
  );
}
