/** One question with its answer: of every type, for one hand, alone on the screen or in a list of many. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { NewPhoto } from "../../../sync";
import { Icon } from "../../../ui";
import type { Choice, Question, Value } from "./definition";
import { Extras } from "./Extras";
import { Help } from "./Help";
import { Input } from "./Input";
import { valueInWords } from "./words";
import "./questions.css";

/** A photo as the card shows it: of the server, or still on this phone. */
export interface ShownPhoto {
  id: string;
  thumbnail: string;
  view: string;
  state: string;
}

/** What a person says; what is left out stays as it is. */
export interface Given {
  value?: Value;
  note?: string;
  restricted_note?: string;
  /** More photos of the same answer. */
  photos?: NewPhoto[];
}

export interface QuestionCardProps {
  question: Question;
  /** Null: not answered. */
  value: Value;
  note?: string;
  restrictedNote?: string;
  photos?: readonly ShownPhoto[];
  onAnswer: (given: Given) => void;
  /** Looked at, not walked: by a desk, after the sign-off. */
  readOnly?: boolean;
  /** The thing to do now: its targets are the largest on the screen. */
  now?: boolean;
  /** It has to be answered before the audit is signed. */
  required?: boolean;
  /** Those that may be chosen now; else all of the question. */
  choices?: readonly Choice[];
  /** What is wrong with the answer that stands, in the checklist's own words. */
  fault?: string | null;
  /** This person may write what only some roles may read. */
  mayRestrict?: boolean;
  /** Above the question: which of how many, whose answer. */
  above?: ComponentChildren;
  /** Under the answer: what it leads to. */
  children?: ComponentChildren;
  /** A card in a list stands one level under its section. */
  level?: 2 | 3;
}

/**
 * Draws the question, its help, the way to answer it, and the way to a note and photos. It keeps
 * nothing: `onAnswer` is told what was said, and the next drawing shows what stands.
 */
export function QuestionCard(props: QuestionCardProps) {
  const { question, value, onAnswer, readOnly = false, now = false } = props;
  const id = useId();
  const Heading = props.level === 3 ? "h3" : "h2";
  return (
    <section class={now ? "question question-now" : "question"} aria-labelledby={id} data-question={question.code}>
      {props.above}
      <Heading id={id} class="question-label">
        {question.label}
      </Heading>
      {(props.required || question.restricted) && (
        <p class="question-marks quiet-text small-text">
          {props.required && <span>Has to be answered</span>}
          {question.restricted && (
            <span>
              <Icon name="lock" size="1em" /> Only some roles read the answer
            </span>
          )}
        </p>
      )}
      <Help question={question} />
      {props.fault && (
        <p class="field-error" role="status">
          <Icon name="warning" /> {props.fault}
        </p>
      )}
      {readOnly ? (
        <p class="question-said">{valueInWords(question, value)}</p>
      ) : (
        <Input
          question={question}
          value={value}
          now={now}
          labelledBy={id}
          {...(props.choices ? { choices: props.choices } : {})}
          onValue={(next) => onAnswer({ value: next })}
          onPhotos={(photos, total) => onAnswer({ photos, ...(question.type === "photo" ? { value: total } : {}) })}
          photoCount={props.photos?.length ?? 0}
        />
      )}
      {props.children}
      <Extras
        question={question}
        answered={value !== null && value !== undefined}
        note={props.note ?? ""}
        restrictedNote={props.restrictedNote ?? ""}
        photos={props.photos ?? []}
        readOnly={readOnly}
        mayRestrict={props.mayRestrict ?? false}
        onAnswer={onAnswer}
      />
    </section>
  );
}
