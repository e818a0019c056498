import { useState } from "preact/hooks";
import type { Place, Point } from "../../api/types";
import { distanceWords } from "../../device/accuracy";
import { nudged } from "../../device/geo";
import { streetChoices } from "../../device/place-choice";
import { PlaceLine } from "../../device/place-line";
import { fix, measureAgain } from "../../device/position";
import { MapPane } from "../../map";
import { reference, serverNow } from "../../sync";
import { Banner, Button, Choices, Field, Sheet } from "../../ui";
import { change } from "./draft";

interface PlaceSheetProps {
  open: boolean;
  place: Place | null;
  street: string;
  problem: string | null;
  onClose: () => void;
}

type Way = "street" | "map" | "move";
const STEP_M = 5;

function byHand(point: Point, from: Place | null): Place {
  return {
    longitude: point.longitude,
    latitude: point.latitude,
    accuracy_m: null,
    altitude_m: null,
    fix_at: from?.fix_at ?? null,
    source: "map",
  };
}

function ByStreet({ place, street, onDone }: { place: Place | null; street: string; onDone: () => void }) {
  const [typed, setTyped] = useState("");
  const at = place ?? fix.value;
  const found = streetChoices(reference.value?.streets ?? [], typed, at);
  return (
    <div class="stack">
      <Field
        label="Street"
        type="search"
        value={typed}
        onInput={setTyped}
        hint={street ? `Now: ${street}` : undefined}
      />
      <ul class="category-rows">
        {found.map(({ item, distance_m }) => (
          <li key={`${item.name} ${item.longitude} ${item.latitude}`}>
            <button
              type="button"
              class="category-row"
              onClick={() => {
                const keep = place?.source === "gps" && (place.accuracy_m ?? 0) <= 50;
                const moved: Place = { ...byHand(item, place), source: "street" };
                change({ street: item.name, place: keep ? null : moved });
                onDone();
              }}
            >
              <span>{item.name}</span>
              {distance_m !== null && <span class="quiet-text small-text">{distanceWords(distance_m)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {typed.trim() && (
        <Button
          wide
          icon="edit"
          onClick={() => {
            change({ street: typed.trim() });
            onDone();
          }}
        >
          Write “{typed.trim()}” as the place
        </Button>
      )}
    </div>
  );
}

const MOVES = [
  { label: "North", east: 0, north: STEP_M, area: "n" },
  { label: "West", east: -STEP_M, north: 0, area: "w" },
  { label: "East", east: STEP_M, north: 0, area: "e" },
  { label: "South", east: 0, north: -STEP_M, area: "s" },
] as const;

function ByMoving({ place }: { place: Place | null }) {
  const [moved, setMoved] = useState({ east: 0, north: 0 });
  if (!place) return <p>There is no place to move yet. Pick the street first.</p>;
  const { east, north } = moved;
  const words = [
    north !== 0 && `${Math.abs(north)} m ${north > 0 ? "north" : "south"}`,
    east !== 0 && `${Math.abs(east)} m ${east > 0 ? "east" : "west"}`,
  ].filter(Boolean);
  return (
    <div class="stack">
      <p>Move the place {STEP_M} m at a time.</p>
      <div class="move-pad">
        {MOVES.map((move) => (
          <Button
            key={move.label}
            class={`move-${move.area}`}
            onClick={() => {
              setMoved({ east: east + move.east, north: north + move.north });
              change({ place: byHand(nudged(place, move.east, move.north), place) });
            }}
          >
            {move.label}
          </Button>
        ))}
      </div>
      <p role="status">{words.length > 0 ? `Moved ${words.join(" and ")}.` : "Not moved yet."}</p>
    </div>
  );
}

function ByMap({ place }: { place: Place | null }) {
  const settings = reference.value?.map ?? null;
  const [opened] = useState(place ?? fix.value ?? settings?.centre ?? null);
  return (
    <div class="stack">
      <p>Tap the map where the problem is.</p>
      <MapPane
        class="place-map"
        label="Where the problem is"
        settings={settings}
        centre={opened}
        zoom={17}
        marker={place}
        onTap={(point) => change({ place: byHand(point, place) })}
      />
    </div>
  );
}

/** Ways to put the place right, none of which needs dragging. */
export function PlaceSheet({ open, place, street, problem, onClose }: PlaceSheetProps) {
  const [way, setWay] = useState<Way>("street");
  return (
    <Sheet open={open} title="Where is it?" onClose={onClose}>
      {problem && <Banner kind="risk" title={problem} />}
      <PlaceLine place={place} now={serverNow()} />
      <Choices<Way>
        label="How to put the place right"
        value={way}
        choices={[
          { value: "street", label: "Street" },
          { value: "map", label: "Map" },
          { value: "move", label: "Move" },
        ]}
        onChange={setWay}
      />
      {way === "street" && <ByStreet place={place} street={street} onDone={onClose} />}
      {way === "map" && <ByMap place={place} />}
      {way === "move" && <ByMoving place={place} />}
      <div class="stack-tight">
        {place?.source === "gps" ? (
          <Button wide icon="refresh" onClick={measureAgain}>
            Measure again
          </Button>
        ) : (
          <Button wide icon="locate" onClick={() => change({ place: null })}>
            Use where the phone is
          </Button>
        )}
        <Button kind="primary" wide icon="check" onClick={onClose}>
          This is the place
        </Button>
      </div>
    </Sheet>
  );
}
