import { useState } from "preact/hooks";
import type { Sighting, SightingPage } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { setQuery, useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { distanceWords } from "../../device/accuracy";
import { distanceM } from "../../device/geo";
import { fix } from "../../device/position";
import { myItems, perform, serverNow } from "../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Choices,
  Empty,
  exactTime,
  LinkButton,
  LongList,
  MissingPhotos,
  Photo,
  Section,
  Sheet,
  Skeleton,
  Tag,
  TextArea,
  TopBar,
} from "../../ui";

const EVERY_MS = 60_000;
/** So many ask for a look at once on Today; the rest stand in their list. */
const FIRST = 2;

/** Those that this phone has said were looked into, whether or not the server knows yet. */
function closedHere(): ReadonlySet<string> {
  const done = myItems.value.filter(
    (item) => item.operation.kind === "close_sighting" && (item.state === "here" || item.state === "sent"),
  );
  return new Set(done.map((item) => (item.operation.payload as { sighting_id: string }).sighting_id));
}

function useWaiting() {
  const asked = useAsk<SightingPage>("/api/sightings", EVERY_MS);
  const gone = closedHere();
  return { asked, rows: (asked.data?.results ?? []).filter((row) => !gone.has(row.id)) };
}

/** On Today: what crews saw and somebody should look into. Nothing where there is nothing. */
export function SeenByCrews() {
  const { rows } = useWaiting();
  if (rows.length === 0) return null;
  return (
    <Section title="Seen by crews">
      {rows.slice(0, FIRST).map((row) => (
        <SightingCard key={row.id} row={row} />
      ))}
      {rows.length > FIRST && (
        <LinkButton kind="quiet" wide href="/sightings">{`All ${rows.length} that crews have seen`}</LinkButton>
      )}
    </Section>
  );
}

/** What crews told wardens and police: what waits for a look, and what came of the others. */
export function Sightings() {
  const state = useRoute().query.get("state") === "closed" ? "closed" : "waiting";
  return (
    <>
      <TopBar title="Seen by crews" status={<SyncLine />} />
      <div class="page">
        <Choices
          label="Which"
          value={state}
          choices={[
            { value: "waiting", label: "To look into" },
            { value: "closed", label: "Looked into" },
          ]}
          onChange={(value) => setQuery({ state: value })}
        />
        {state === "closed" ? <Closed /> : <Waiting />}
      </div>
    </>
  );
}

function Waiting() {
  const { asked, rows } = useWaiting();
  return (
    <Listed
      asked={asked}
      rows={rows}
      nothing="Nothing waits for a look"
      how="What crews see at their work and tell wardens or police comes here."
    />
  );
}

function Closed() {
  const asked = useAsk<SightingPage>("/api/sightings?state=closed", EVERY_MS);
  return (
    <Listed
      asked={asked}
      rows={asked.data?.results ?? []}
      nothing="Nothing was looked into in the last 90 days"
      how="What somebody has looked into stays here for 90 days, with what came of it."
    />
  );
}

function Listed(props: {
  asked: ReturnType<typeof useAsk<SightingPage>>;
  rows: readonly Sighting[];
  nothing: string;
  how: string;
}) {
  const { asked, rows } = props;
  if (!asked.data && asked.state === "loading") return <Skeleton words="Fetching what crews have seen" />;
  return (
    <>
      {asked.state === "offline" && (
        <Banner kind="offline" title="No connection">
          <p>
            {asked.at
              ? `This is from ${agoInWords(asked.at, serverNow())}.`
              : "The list comes when the connection is back."}
          </p>
        </Banner>
      )}
      {asked.state === "problem" && <Banner kind="late" title={asked.problem?.title ?? "The list could not be read"} />}
      {rows.length === 0 && asked.data && (
        <Empty icon="eye" title={props.nothing}>
          <p>{props.how}</p>
        </Empty>
      )}
      <LongList items={rows} keyOf={(row) => row.id} estimatePx={220} label="Seen by crews">
        {(row) => <SightingCard row={row} />}
      </LongList>
    </>
  );
}

function SightingCard({ row }: { row: Sighting }) {
  const [closing, setClosing] = useState(false);
  const away = fix.value ? `, ${distanceWords(distanceM(fix.value, row.place))}` : "";
  const where = row.street_text || row.ward?.name || "Place on the map";
  return (
    <Card tone={row.kind === "needles" && !row.closed_at ? "late" : "plain"}>
      <div class="row-apart">
        <h3>{row.words}</h3>
        <Tag icon={row.to === "police" ? "lock" : "team"}>{row.to === "police" ? "For the police" : "For wardens"}</Tag>
      </div>
      <p>
        {where}
        {away}
      </p>
      {row.note && <p>{row.note}</p>}
      <p class="quiet-text small-text">
        <time dateTime={row.seen_at} title={exactTime(row.seen_at)}>
          Seen {agoInWords(row.seen_at, serverNow())}
        </time>{" "}
        by {row.reported_by.name}, {row.organisation.short_name}
        {row.defect && ` at their work on ${row.defect.number}`}
      </p>
      <SeenPhotos row={row} />
      {row.closed_at ? (
        <p>
          Looked into {agoInWords(row.closed_at, serverNow())} by {row.closed_by?.name}
          {row.closed_note && `: ${row.closed_note}`}
        </p>
      ) : (
        <div class="done-or-not">
          <LinkButton
            icon="map"
            outside
            wide
            href={`https://www.openstreetmap.org/?mlat=${row.place.latitude}&mlon=${row.place.longitude}#map=18/${row.place.latitude}/${row.place.longitude}`}
          >
            Map
          </LinkButton>
          {row.can_close && (
            <Button icon="check" wide onClick={() => setClosing(true)}>
              I looked into it
            </Button>
          )}
        </div>
      )}
      <LookedInto row={row} open={closing} onClose={() => setClosing(false)} />
    </Card>
  );
}

/** Small, each opening larger. */
function SeenPhotos({ row }: { row: Sighting }) {
  const [open, setOpen] = useState<string | null>(null);
  const shown = row.photos.find((photo) => photo.id === open);
  if (row.photos.length === 0) return null;
  return (
    <>
      <ul class="row">
        {row.photos.map((photo) => (
          <li key={photo.id}>
            <Photo src={photo.thumbnail} state={photo.state} alt={row.words} onOpen={() => setOpen(photo.id)} />
          </li>
        ))}
      </ul>
      <MissingPhotos photos={row.photos} />
      <Sheet open={shown !== undefined} title={row.words} wide onClose={() => setOpen(null)}>
        {shown && (
          <div class="photo-whole">
            <Photo size="fill" src={shown.view} state={shown.state} alt={row.words} />
          </div>
        )}
      </Sheet>
    </>
  );
}

function LookedInto({ row, open, onClose }: { row: Sighting; open: boolean; onClose: () => void }) {
  const [note, setNote] = useState("");
  const [failed, setFailed] = useState(false);
  const save = async () => {
    try {
      await perform("close_sighting", { sighting_id: row.id, at: new Date().toISOString(), note: note.trim() });
      onClose();
    } catch {
      setFailed(true);
    }
  };
  return (
    <Sheet open={open} title="Looked into" onClose={onClose}>
      {failed && <Banner kind="late" live="alert" title="It could not be kept. Free some storage and press again." />}
      <TextArea
        label="What came of it"
        hint={`${row.reported_by.name} can read it. You can leave it empty.`}
        value={note}
        onInput={setNote}
        maxLength={2000}
      />
      <Button kind="primary" large icon="check" onClick={save}>
        Take it off the list
      </Button>
    </Sheet>
  );
}
