/** What residents say, and the sheets that they drew: in words, photographed, pinned to places. */
import { useState } from "preact/hooks";
import type { Concern, ConcernKind, Pin } from "../../../api/types";
import { tick } from "../../../device/install";
import { PhotoInput } from "../../../device/PhotoInput";
import { lastPlace, usePosition } from "../../../device/position";
import { Previews } from "../../../device/previews";
import { type NewPhoto, uuid7 } from "../../../sync";
import { Banner, Button, Card, Checkbox, Field, RadioCards, Section, TextArea } from "../../../ui";
import { PhotoRow } from "../questions/Extras";
import { PinInput } from "../questions/PinInput";
import { act, keeping, now } from "./answering";
import { WalkFrame } from "./Frame";
import type { Walk } from "./useWalk";

const KINDS: Record<ConcernKind, { label: string; hint: string }> = {
  concern: { label: "A concern", hint: "What somebody says about this place" },
  picture_now: { label: "A sheet: how it is", hint: "A rich picture that people drew together" },
  picture_wished: { label: "A sheet: how they wish it were", hint: "The second picture of the same place" },
};

export default function ConcernsScreen({ id }: { id: string | null }) {
  return (
    <WalkFrame id={id ?? ""} title="Concerns and sheets">
      {(walk) => <Concerns walk={walk} />}
    </WalkFrame>
  );
}

function Concerns({ walk }: { walk: Walk }) {
  const { concerns } = walk.audit;
  return (
    <div class="page walk">
      <p>Ask residents for their three main concerns, and where they are.</p>
      {concerns.map((one) => (
        <ConcernCard key={one.id} concern={one} />
      ))}
      {walk.canAnswer && <NoteOne key={concerns.length} walk={walk} />}
    </div>
  );
}

function ConcernCard({ concern }: { concern: Concern }) {
  const places = concern.pins.map((pin, index) => pin.words || `Place ${index + 1}`);
  return (
    <Card>
      <p class="quiet-text small-text">
        {KINDS[concern.kind].label}
        {concern.said_by && `, ${concern.said_by}`}
        {concern.restricted && ", restricted"}
      </p>
      {concern.text && <p class="question-said">{concern.text}</p>}
      {places.length > 0 && <p class="small-text">Places: {places.join("; ")}</p>}
      <PhotoRow photos={concern.photos} what={KINDS[concern.kind].label} />
    </Card>
  );
}

function NoteOne({ walk }: { walk: Walk }) {
  usePosition();
  const [kind, setKind] = useState<ConcernKind>("concern");
  const [text, setText] = useState("");
  const [saidBy, setSaidBy] = useState("");
  const [restricted, setRestricted] = useState(false);
  const [pins, setPins] = useState<Pin[]>([]);
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const sheet = kind !== "concern";
  const save = async () => {
    if (sheet && photos.length === 0) return setWrong("Take a photo of the sheet first.");
    if (!sheet && !text.trim() && photos.length === 0) return setWrong("Write or photograph what the concern is.");
    setWrong(null);
    const about = { concern_id: uuid7(), audit_id: walk.audit.id, kind, text: text.trim(), said_by: saidBy.trim() };
    const place = photos.find((photo) => photo.place)?.place ?? lastPlace();
    if (await keeping(() => act("note_concern", { ...about, restricted, place, pins, at: now() }, photos))) tick();
  };
  return (
    <Section title="Note one more">
      <RadioCards
        legend="What is it?"
        name="concern-kind"
        value={kind}
        options={(Object.keys(KINDS) as ConcernKind[]).map((value) => ({ value, ...KINDS[value] }))}
        onChange={setKind}
      />
      <Previews photos={photos} what={KINDS[kind].label} />
      <PhotoInput
        large={sheet && photos.length === 0}
        cameraLabel={sheet ? "Photograph the sheet" : "Take a photo"}
        onPhoto={(photo) => setPhotos((before) => [...before, photo])}
      />
      <TextArea
        label={sheet ? "What stands out on it" : "What they say"}
        hint="In their words. No names of neighbours."
        value={text}
        maxLength={2000}
        onInput={setText}
      />
      <Field
        label="Who says it"
        hint="As they wish to be called: resident of the square, a trader."
        value={saidBy}
        maxLength={120}
        onInput={setSaidBy}
      />
      <div class="stack-tight">
        <p class="field-label">{sheet ? "Places that it shows" : "Where it is"}</p>
        <PinInput pins={pins} onPins={(next) => setPins(next ?? [])} />
      </div>
      <Checkbox
        label="Restricted"
        hint="About people at risk, drugs or vice: read by officers, council managers and administrators only, and in no report."
        checked={restricted}
        onChange={setRestricted}
      />
      {wrong && <Banner kind="late" live="alert" title={wrong} />}
      <Button
        kind={sheet && photos.length === 0 ? "secondary" : "primary"}
        large
        icon="check"
        onClick={() => void save()}
      >
        Keep it
      </Button>
    </Section>
  );
}
