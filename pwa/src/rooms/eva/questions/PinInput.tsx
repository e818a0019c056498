import { useState } from "preact/hooks";
import { accuracyWords } from "../../../device/accuracy";
import { fix, measureAgain, positionStatus, usePosition } from "../../../device/position";
import { MapPane } from "../../../map";
import { reference } from "../../../sync";
import { Button, Field, Sheet } from "../../../ui";
import type { Pin } from "./definition";

/** Places with a few words each: set where one stands, or by a tap on the map. Nothing has to be dragged. */
export function PinInput(props: { pins: readonly Pin[]; onPins: (pins: Pin[] | null) => void; now?: boolean }) {
  usePosition();
  const { pins, onPins } = props;
  const [words, setWords] = useState("");
  const [mapping, setMapping] = useState(false);
  const add = (at: { longitude: number; latitude: number }) => {
    onPins([...pins, { longitude: at.longitude, latitude: at.latitude, words: words.trim() }]);
    setWords("");
    setMapping(false);
  };
  const here = fix.value;
  return (
    <div class="stack-tight">
      {pins.length > 0 && (
        <ul class="pins">
          {pins.map((pin, index) => (
            <li key={`${pin.longitude} ${pin.latitude} ${pin.words}`} class="row-apart">
              <span>{pin.words || `Place ${index + 1}`}</span>
              <Button
                kind="quiet"
                icon="close"
                iconOnly
                onClick={() => {
                  const left = pins.filter((other) => other !== pin);
                  onPins(left.length > 0 ? left : null);
                }}
              >
                Take {pin.words || `place ${index + 1}`} away
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Field label="What is there" value={words} maxLength={200} onInput={setWords} />
      <Button
        kind={props.now ? "primary" : "secondary"}
        wide
        icon="locate"
        disabled={positionStatus.value === "denied"}
        onClick={() => (here ? add(here) : measureAgain())}
      >
        {here ? `Here, ${accuracyWords(here.accuracy_m).words}` : "Find where I stand"}
      </Button>
      <Button kind="quiet" wide icon="map" onClick={() => setMapping(true)}>
        Set it on the map
      </Button>
      <Sheet open={mapping} title="Tap the place" onClose={() => setMapping(false)}>
        <MapPane
          class="question-map"
          label="Tap the place"
          settings={reference.value?.map ?? null}
          centre={here ?? reference.value?.map.centre ?? null}
          zoom={17}
          onTap={add}
        />
      </Sheet>
    </div>
  );
}
