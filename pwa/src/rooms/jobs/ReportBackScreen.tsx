import { useState } from "preact/hooks";
import type { Place, SightingFor, SightingKind } from "../../api/types";
import { navigate, useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { accuracyWords } from "../../device/accuracy";
import { PhotoInput } from "../../device/PhotoInput";
import { fix, measureAgain, placeOf, positionStatus, usePosition } from "../../device/position";
import { Previews } from "../../device/previews";
import { type JobView, jobs, type NewPhoto, perform, session, uuid7 } from "../../sync";
import { ActionBar, Banner, Button, Choices, Icon, RadioCards, Select, TextArea, TopBar } from "../../ui";
import { isTeams } from "./day";
import { isStopped, jobTitle } from "./JobCard";
import { at, tick, useJob } from "./useJob";

const KINDS: { value: SightingKind; label: string; to: SightingFor }[] = [
  { value: "needles", label: "Needles", to: "wardens" },
  { value: "drug_area", label: "Signs of drug use", to: "police" },
  { value: "rough_sleeping", label: "Somebody sleeping rough", to: "wardens" },
  { value: "suspicious", label: "Something suspicious", to: "police" },
  { value: "other", label: "Something else", to: "wardens" },
];

/** What somebody saw that is not their work: told to wardens or police, without leaving the day. */
export function ReportBackScreen() {
  usePosition();
  const job = useJob(useRoute().query.get("job") ?? "");
  const [kind, setKind] = useState<SightingKind | null>(null);
  const [chosen, setChosen] = useState<SightingFor | null>(null);
  const [near, setNear] = useState(job?.id ?? "");
  const [photos, setPhotos] = useState<NewPhoto[]>([]);
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<{ field: "kind" | "place" | "note" | "store"; words: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const back = job ? `/jobs/${job.id}` : "/jobs";
  const to = chosen ?? KINDS.find((one) => one.value === kind)?.to ?? "wardens";
  const beside = job ?? jobs.value.find((one) => one.id === near);
  const place = placeOfSighting(photos, beside);

  const tell = async () => {
    const missing = whatIsMissing(kind, place, note, photos.length);
    if (missing || !kind || !place) {
      setWrong(missing);
      return;
    }
    setBusy(true);
    try {
      const sighting = { sighting_id: uuid7(), to, kind, place, at: at(), note: note.trim() };
      const where = { street_text: place === beside?.place ? beside.street_text : "", job_id: beside?.id ?? null };
      await perform("report_back", { ...sighting, ...where }, photos);
      tick();
      navigate("/jobs?done=1&what=told", { replace: true });
    } catch {
      setBusy(false);
      setWrong({ field: "store", words: "This phone could not keep it. Free some storage and press again." });
    }
  };

  return (
    <>
      <TopBar title="Tell wardens or police" back={back} backLabel="Back" status={<SyncLine />} />
      <div class="page">
        <p>
          <Icon name="warning" /> If somebody is in danger now, <a href="tel:999">call 999</a> first.
        </p>
        {wrong?.field === "store" && <Banner kind="late" title={wrong.words} live="alert" />}
        <RadioCards
          legend="What did you see?"
          name="sighting-kind"
          value={kind}
          options={KINDS}
          error={wrong?.field === "kind" ? wrong.words : null}
          onChange={(value) => {
            setKind(value);
            setWrong(null);
          }}
        />
        <p class="field-label">Who shall know?</p>
        <Choices
          label="Who shall know"
          value={to}
          choices={[
            { value: "wardens", label: "Wardens" },
            { value: "police", label: "Police" },
          ]}
          onChange={setChosen}
        />
        <p class="quiet-text small-text">
          {to === "police"
            ? "Seen by crime-prevention officers and the council's desk, and by nobody else."
            : "Seen by wardens, officers and the council's desk, and by nobody else."}
        </p>
        <WhereSeen place={place} beside={beside} wrong={wrong?.field === "place" ? wrong.words : null} />
        {!job && place?.source !== "gps" && <NearJob value={near} onChange={setNear} />}
        <TextArea
          label="What exactly"
          hint="How much, where exactly. No names of people."
          error={wrong?.field === "note" ? wrong.words : null}
          value={note}
          onInput={setNote}
          maxLength={2000}
        />
        <Previews photos={photos} what="What you saw" />
        <PhotoInput
          onPhoto={(photo) => setPhotos((now) => [...now, photo])}
          cameraLabel={photos.length ? "One more photo" : "Take a photo, from where it is safe"}
        />
      </div>
      <ActionBar>
        <Button kind="primary" large icon="sent" busy={busy} onClick={tell}>
          {to === "police" ? "Tell the police" : "Tell the wardens"}
        </Button>
      </ActionBar>
    </>
  );
}

/** Where the photo was taken, else where the phone is, else the job that they are at. */
function placeOfSighting(photos: readonly NewPhoto[], beside: JobView | undefined): Place | null {
  const placed = photos.find((photo) => photo.place)?.place;
  return placed ?? (fix.value ? placeOf(fix.value) : (beside?.place ?? null));
}

function whatIsMissing(kind: SightingKind | null, place: Place | null, note: string, photos: number) {
  if (!kind) return { field: "kind" as const, words: "Choose what you saw" };
  if (kind === "other" && !note.trim() && photos === 0) {
    return { field: "note" as const, words: "Say in words or with a photo what it is" };
  }
  return place ? null : { field: "place" as const, words: "Choose a job near it" };
}

function WhereSeen(props: { place: Place | null; beside: JobView | undefined; wrong: string | null }) {
  const { place, beside } = props;
  const denied = positionStatus.value === "denied";
  if (place && place === beside?.place) {
    return (
      <p class="how-far">
        <Icon name="pin" /> Where the job is: {beside.street_text || beside.ward?.name || beside.number}.
      </p>
    );
  }
  if (place) {
    return (
      <p class="how-far">
        <Icon name="pin" /> Where you are now, {accuracyWords(place.accuracy_m).words}.
      </p>
    );
  }
  return (
    <Banner kind={props.wrong ? "late" : "info"} icon="pin" title={props.wrong ?? "Where was it?"} live="status">
      <p>
        {denied ? "This phone may not tell Sightline where it is." : "This phone is looking for its place."} Choose a
        job near it, or try again.
      </p>
      <Button icon="locate" onClick={measureAgain}>
        Try again
      </Button>
    </Banner>
  );
}

/** For a phone that does not know where it is: the job that it was seen by. */
function NearJob({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const person = session.value.person;
  const known = person ? jobs.value.filter((job) => !isStopped(job) && isTeams(job, person)) : [];
  return (
    <Select
      label="Near which job?"
      value={value}
      options={[
        { value: "", label: "None of them" },
        ...known.map((job) => ({ value: job.id, label: `${job.street_text || job.number}: ${jobTitle(job)}` })),
      ]}
      onChange={onChange}
    />
  );
}
