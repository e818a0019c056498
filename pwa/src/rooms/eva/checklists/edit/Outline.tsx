import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../../../ui";
import type { Definition, Question } from "../../questions/definition";
import { faultsWithin, type PlacedFault } from "../faults";
import { type At, beside, sameAt } from "../places";
import { shortened } from "../words";

interface OutlineProps {
  definition: Definition;
  at: At;
  faults: readonly PlacedFault[];
  onPick: (at: At) => void;
  /** Moves what is picked one place. */
  onMove: (by: 1 | -1) => void;
  /** Goes on into the form. */
  onEnter: () => void;
}

/** Everything of the checklist in its order. One stop for Tab: the arrows go through it, Alt and an arrow
 *  moves what is picked. */
export function Outline({ definition, at, faults, onPick, onMove, onEnter }: OutlineProps) {
  const list = useRef<HTMLDivElement>(null);
  const place = at.join(".");
  // What was picked elsewhere (a fault, a copy, an address) is brought into the list's own view.
  useEffect(() => {
    const frame = list.current?.parentElement;
    const item = list.current?.querySelector<HTMLElement>('[aria-current="true"]');
    if (!frame || !item || frame.scrollHeight <= frame.clientHeight) return;
    const above = item.getBoundingClientRect().top - frame.getBoundingClientRect().top;
    if (above < 0 || above > frame.clientHeight - item.offsetHeight) frame.scrollTop += above - frame.clientHeight / 3;
  }, [place]);
  const follow = () =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus());
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
    if (event.key === "Enter") {
      event.preventDefault();
      onEnter();
    }
    if (by === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.altKey) onMove(by);
    else {
      const next = beside(definition, at, by);
      if (next) onPick(next);
    }
    follow();
  };
  const item = (where: At, code: string, words: string, kind: string) => (
    <OutlineItem
      place={where}
      code={code}
      words={words}
      kind={kind}
      current={sameAt(where, at)}
      faults={faultsWithin(faults, where)}
      onPick={onPick}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys work for the buttons in it
    <div class="outline" ref={list} onKeyDown={press}>
      {item([], "", definition.title || "(no title yet)", "outline-title")}
      <ol>
        {definition.sections.map((section, s) => (
          <li key={s}>
            {item([s], section.code, section.title || "(no title yet)", "outline-section")}
            <ol>
              {section.questions.map((question, q) => (
                <li key={q}>
                  {item([s, q], question.code, labelOf(question), "outline-question")}
                  {question.questions.length > 0 && (
                    <ol>
                      {question.questions.map((inner, i) => (
                        <li key={i}>{item([s, q, i], inner.code, labelOf(inner), "outline-inner")}</li>
                      ))}
                    </ol>
                  )}
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </div>
  );
}

function labelOf(question: Question): string {
  return shortened(question.label || "(no words yet)", 90);
}

function OutlineItem(props: {
  place: At;
  code: string;
  words: string;
  kind: string;
  current: boolean;
  faults: number;
  onPick: (at: At) => void;
}) {
  const { place, code, words, kind, current, faults, onPick } = props;
  return (
    <button
      type="button"
      class={`outline-item ${kind}`}
      aria-current={current ? "true" : undefined}
      tabIndex={current ? 0 : -1}
      data-at={place.join(".")}
      onClick={() => onPick(place)}
    >
      {code && <span class="outline-code">{code}</span>}
      <span class="outline-words">{words}</span>
      {faults > 0 && (
        <span class="outline-faults">
          <Icon name="warning" size="1.1em" />
          <span class="sr-only">{faults === 1 ? "1 fault" : `${faults} faults`}</span>
        </span>
      )}
    </button>
  );
}
