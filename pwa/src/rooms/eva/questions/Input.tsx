/** The way to answer a question, by its type. */
import { useEffect, useRef, useState } from "preact/hooks";
import { PhotoInput } from "../../../device/PhotoInput";
import type { NewPhoto } from "../../../sync";
import { Button, Field, TextArea } from "../../../ui";
import { type Choice, choicesOf, type Pin, type Question, type Value } from "./definition";
import { PinInput } from "./PinInput";
import { scaleWords } from "./words";

interface InputProps {
  question: Question;
  value: Value;
  now: boolean;
  labelledBy: string;
  choices?: readonly Choice[];
  photoCount: number;
  onValue: (value: Value) => void;
  /** `total`: with those that are there already. */
  onPhotos: (photos: NewPhoto[], total: number) => void;
}

export function Input(props: InputProps) {
  const { question, value, onValue } = props;
  switch (question.type) {
    case "pass_fail":
    case "yes_no":
    case "one_of":
    case "grade":
    case "scale":
      return <OneOf {...props} />;
    case "many_of":
      return <ManyOf {...props} />;
    case "count":
      return <Count {...props} />;
    case "number":
    case "date":
      return <Line {...props} />;
    case "text":
      return <Words {...props} />;
    case "photo":
      return (
        <PhotoInput
          large={props.now}
          cameraLabel={props.photoCount > 0 ? "One more photo" : "Take a photo"}
          onPhoto={(photo) => props.onPhotos([photo], props.photoCount + 1)}
        />
      );
    case "pin":
      return <PinInput pins={(value as Pin[] | null) ?? []} onPins={onValue} now={props.now} />;
    default:
      return null;
  }
}

interface Offered {
  value: string | number;
  label: string;
  spoken?: string;
}

function offered(question: Question, choices: readonly Choice[] | undefined): Offered[] {
  if (question.type === "scale") {
    return [1, 2, 3, 4, 5].map((step) => ({
      value: step,
      label: String(step),
      spoken: `${step}, ${scaleWords(step).toLowerCase()}`,
    }));
  }
  return (choices ?? choicesOf(question)).map(({ code, label }) => ({ value: code, label }));
}

/** How the buttons stand: few and short beside each other, long ones under each other. */
function layoutOf(question: Question): string {
  if (question.type === "one_of") return "answers answers-list";
  return `answers answers-${question.type}`;
}

/** One tap answers. The tap shows at once; the choice stands when the phone has written it down. */
function OneOf({ question, value, now, labelledBy, choices, onValue }: InputProps) {
  const [pressed, setPressed] = useState<Value>(null);
  useEffect(() => setPressed(null), [value]);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: the question's own heading names the group */}
      <div
        role="group"
        aria-labelledby={labelledBy}
        class={now ? `${layoutOf(question)} answers-now` : layoutOf(question)}
      >
        {offered(question, choices).map((one) => (
          <button
            key={one.value}
            type="button"
            class={pressed === one.value && value !== one.value ? "answer answer-tapped" : "answer"}
            data-value={one.value}
            aria-pressed={value === one.value}
            aria-label={one.spoken}
            onClick={() => {
              setPressed(one.value);
              onValue(one.value);
            }}
          >
            {one.label}
          </button>
        ))}
      </div>
      {question.type === "scale" && (
        <p class="answers-ends small-text quiet-text" aria-hidden="true">
          <span>{scaleWords(1)}</span>
          <span>{scaleWords(5)}</span>
        </p>
      )}
    </>
  );
}

/** Ticks, kept together as one answer when the person says that these are all. */
function ManyOf({ question, value, labelledBy, choices, onValue }: InputProps) {
  const [chosen, setChosen] = useState<readonly string[]>((value as string[] | null) ?? []);
  const standing = JSON.stringify(value);
  useEffect(() => setChosen((value as string[] | null) ?? []), [standing]);
  const toggle = (code: string) =>
    setChosen(chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code]);
  const changed = JSON.stringify(chosen) !== JSON.stringify((value as string[] | null) ?? []);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: the question's own heading names the group */}
      <div role="group" aria-labelledby={labelledBy} class="answers answers-list">
        {offered(question, choices).map((one) => (
          <label key={one.value} class="radio-card">
            <input
              type="checkbox"
              checked={chosen.includes(String(one.value))}
              onChange={() => toggle(String(one.value))}
            />
            <span class="radio-card-label">{one.label}</span>
          </label>
        ))}
      </div>
      {changed && (
        <Button kind="primary" wide icon="check" onClick={() => onValue(chosen.length > 0 ? [...chosen] : null)}>
          {chosen.length > 0 ? "That is all" : "Take the answer back"}
        </Button>
      )}
    </>
  );
}

function within(question: Question, count: number): number {
  return Math.min(question.most ?? 9_999, Math.max(question.least ?? 0, count));
}

/** A tally: one tap for one more, kept when the counting is done. */
function Count({ question, value, onValue }: InputProps) {
  const standing = typeof value === "number" ? value : null;
  const [count, setCount] = useState(standing ?? question.least ?? 0);
  useEffect(() => {
    if (standing !== null) setCount(standing);
  }, [standing]);
  return (
    <>
      <div class="tally">
        <Button class="tally-step" onClick={() => setCount(within(question, count - 1))}>
          <span aria-hidden="true">−</span>
          <span class="sr-only">One fewer</span>
        </Button>
        <output class="tally-count tabular" aria-live="polite">
          {count}
          {question.unit && <span class="small-text"> {question.unit}</span>}
        </output>
        <Button class="tally-step" icon="plus" iconOnly onClick={() => setCount(within(question, count + 1))}>
          One more
        </Button>
      </div>
      <Button kind={count === standing ? "secondary" : "primary"} wide icon="check" onClick={() => onValue(count)}>
        {count === 0 ? "None" : `Count is ${count}`}
      </Button>
    </>
  );
}

/** What can't be kept yet, in words; null when it can. */
function lineProblem(question: Question, typed: string): string | null {
  if (typed === "" || question.type === "date") return null;
  const number = Number(typed.replace(",", "."));
  if (!Number.isFinite(number)) return "Write it as a number, such as 2.5";
  if (question.least !== null && number < question.least) return `At least ${question.least}`;
  if (question.most !== null && number > question.most) return `At most ${question.most}`;
  return null;
}

/** A number or a day: kept when the field is left, or by its button. */
function Line({ question, value, onValue }: InputProps) {
  const standing = value === null || value === undefined ? "" : String(value);
  const [typed, setTyped] = useState(standing);
  const [problem, setProblem] = useState<string | null>(null);
  const kept = useRef(standing);
  useEffect(() => {
    kept.current = standing;
    setTyped(standing);
  }, [standing]);
  const keep = () => {
    const wrong = lineProblem(question, typed);
    setProblem(wrong);
    if (wrong || typed === kept.current) return;
    kept.current = typed;
    if (typed === "") onValue(null);
    else onValue(question.type === "date" ? typed : Number(typed.replace(",", ".")));
  };
  const label = question.type === "date" ? "Day" : question.unit ? `Number, in ${question.unit}` : "Number";
  return (
    <div class="stack-tight" onFocusOut={keep}>
      <Field
        label={label}
        type={question.type === "date" ? "date" : "text"}
        inputMode={question.type === "date" ? undefined : "decimal"}
        value={typed}
        error={problem}
        onInput={setTyped}
        onKeyDown={(event) => event.key === "Enter" && keep()}
      />
      {typed !== standing && (
        <Button kind="primary" wide icon="check" onClick={keep}>
          Keep
        </Button>
      )}
    </div>
  );
}

/** Free words, kept when the field is left: a phone that goes to sleep has them already. */
function Words({ question, value, onValue }: InputProps) {
  const standing = typeof value === "string" ? value : "";
  const [typed, setTyped] = useState(standing);
  const latest = useRef(typed);
  latest.current = typed;
  const kept = useRef(standing);
  useEffect(() => {
    kept.current = standing;
    setTyped(standing);
  }, [standing]);
  const keep = () => {
    const words = latest.current.trim();
    // Leaving the field for its button comes before the button's own tap: the same words are kept once.
    if (words === kept.current) return;
    kept.current = words;
    onValue(words === "" ? null : words);
  };
  return (
    <div class="stack-tight" onFocusOut={keep}>
      <TextArea
        label={question.label}
        labelHidden
        hint="You can speak it with the keyboard's microphone."
        value={typed}
        maxLength={2000}
        onInput={setTyped}
      />
      {typed.trim() !== standing && (
        <Button kind="primary" wide icon="check" onClick={keep}>
          Keep
        </Button>
      )}
    </div>
  );
}
