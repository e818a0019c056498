/** How it was and how it is: beside each other, or one over the other with a line to move. */
import { useId, useState } from "preact/hooks";
import { Choices, Photo } from "../../../ui";

export interface Shown {
  src: string | null | undefined;
  state?: string | null | undefined;
}

type Way = "beside" | "over";

export function BeforeAndNow(props: { before: Shown; now: Shown; what: string; nowWord?: string }) {
  const { before, now, what, nowWord = "Now" } = props;
  const [way, setWay] = useState<Way>("beside");
  return (
    <div class="stack-tight">
      <Choices
        label="How to look at both"
        value={way}
        choices={[
          { value: "beside", label: "Side by side" },
          { value: "over", label: "One over the other" },
        ]}
        onChange={setWay}
      />
      {way === "beside" ? (
        <div class="photo-pair">
          <Photo size="large" src={before.src} state={before.state} alt={`Before: ${what}`} caption="Before" />
          <Photo size="large" src={now.src} state={now.state} alt={`${nowWord}: ${what}`} caption={nowWord} />
        </div>
      ) : (
        <Slider before={before} now={now} what={what} nowWord={nowWord} />
      )}
    </div>
  );
}

/** A plain range, so that arrow keys, a switch and a screen reader move the line as a finger does. */
function Slider({ before, now, what, nowWord }: { before: Shown; now: Shown; what: string; nowWord: string }) {
  const id = useId();
  const [at, setAt] = useState(50);
  return (
    <div class="slide-over">
      <div class="slide-frame">
        <Photo size="large" src={before.src} state={before.state} alt={`Before: ${what}`} />
        <div class="slide-now" style={{ clipPath: `inset(0 0 0 ${at}%)` }}>
          <Photo size="large" src={now.src} state={now.state} alt={`${nowWord}: ${what}`} />
        </div>
        <div class="slide-line" style={{ insetInlineStart: `${at}%` }} aria-hidden="true" />
        <span class="slide-word slide-word-before" aria-hidden="true">
          Before
        </span>
        <span class="slide-word slide-word-now" aria-hidden="true">
          {nowWord}
        </span>
      </div>
      <label class="field-label" for={id}>
        Move the line
      </label>
      <input
        id={id}
        class="slide-range"
        type="range"
        min={0}
        max={100}
        step={5}
        value={at}
        aria-valuetext={`Before on ${at} % of the picture, ${nowWord.toLowerCase()} on the rest`}
        onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
