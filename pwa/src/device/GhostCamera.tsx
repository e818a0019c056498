import "./ghost.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { NewPhoto } from "../sync";
import { Banner, Button, Choices, Sheet, useLocalSrc } from "../ui";
import { takePhoto } from "./photo";

const LONGEST_PX = 2048;
type Ghost = "thin" | "strong" | "off";

/** One frame of the camera as a JPEG file. */
async function frame(video: HTMLVideoElement): Promise<File> {
  const scale = Math.min(1, LONGEST_PX / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  if (!blob) throw new Error("The camera gave no picture. Try again.");
  return new File([blob], "after.jpg", { type: "image/jpeg" });
}

/** The camera with the before photo laid thinly over it, so that the after photo is taken from the
 *  same spot. The phone's own camera stays the plain way; this one needs the page to have it. */
export function GhostCamera(props: {
  before: string;
  /** Width by height of the before photo, so that the camera is asked for the same; null where unknown. */
  shape: number | null;
  open: boolean;
  onClose: () => void;
  onPhoto: (photo: NewPhoto) => void;
}) {
  const { before, shape, open, onClose, onPhoto } = props;
  const video = useRef<HTMLVideoElement>(null);
  const under = useLocalSrc(open ? before : null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [ghost, setGhost] = useState<Ghost>("thin");
  const [live, setLive] = useState(false);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (!open) return;
    let stream: MediaStream | null = null;
    let gone = false;
    setWrong(null);
    setLive(false);
    navigator.mediaDevices
      .getUserMedia({
        video: { facingMode: "environment", width: { ideal: LONGEST_PX }, aspectRatio: { ideal: shape ?? 4 / 3 } },
        audio: false,
      })
      .then((found) => {
        stream = found;
        if (gone || !video.current) {
          for (const track of found.getTracks()) track.stop();
          return;
        }
        video.current.srcObject = found;
        void video.current.play();
      })
      .catch(() => setWrong("The camera can't be used here. Close this and take the photo the plain way."));
    return () => {
      gone = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [open]);

  const take = async () => {
    if (!video.current?.videoWidth) return;
    setBusy(true);
    try {
      onPhoto(await takePhoto(await frame(video.current), { camera: true }));
      onClose();
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "The camera gave no picture. Try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <Sheet open={open} title="Same spot as before" onClose={onClose} wide>
      {wrong && <Banner kind="risk" title={wrong} live="alert" />}
      <div class="ghost">
        <video ref={video} muted playsInline aria-label="What the camera sees" onPlaying={() => setLive(true)} />
        {ghost !== "off" && under && under !== "opening" && (
          <img src={under} alt="" class={`ghost-over ghost-${ghost}`} />
        )}
      </div>
      <p class="field-label">The before photo over it</p>
      <Choices
        label="The before photo over it"
        value={ghost}
        choices={[
          { value: "thin", label: "Thin" },
          { value: "strong", label: "Strong" },
          { value: "off", label: "Off" },
        ]}
        onChange={setGhost}
      />
      <Button kind="primary" large icon="camera" busy={busy} disabled={wrong !== null || !live} onClick={take}>
        Take the photo
      </Button>
    </Sheet>
  );
}
