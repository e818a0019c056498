import { useState } from "preact/hooks";
import { Button, Select } from "../../../../ui";
import { addQuestion, addSection, duplicate, type Edited, move, moveTo, remove } from "../editing";
import { type At, codesWithin, questionAt, usesOf } from "../places";
import { shortened } from "../words";
import type { Part } from "./part";
import { nameOf, RemoveSheet } from "./RemoveSheet";

/** What can be done with what is picked as a whole: move, copy, take away, add behind it. */
export function Actions(props: Part & { onPick: (at: At) => void }) {
  const { definition, at, change, onPick } = props;
  const [asking, setAsking] = useState(false);
  if (at.length === 0) return null;
  const name = nameOf(definition, at);
  const done = (edited: Edited) => {
    change(edited.definition, edited.at);
    onPick(edited.at);
  };
  const canMove = (by: 1 | -1) => move(definition, at, by).definition !== definition;
  const section = at.length === 1;
  const holds = codesWithin(definition, at).size > (section ? 0 : 1);
  const takeAway = () => {
    setAsking(false);
    done(remove(definition, at));
  };
  return (
    <div class="edit-actions">
      <Button
        icon="down"
        class="turned"
        iconOnly
        disabled={!canMove(-1)}
        onClick={() => done(move(definition, at, -1))}
      >
        Move {name} up
      </Button>
      <Button icon="down" iconOnly disabled={!canMove(1)} onClick={() => done(move(definition, at, 1))}>
        Move {name} down
      </Button>
      <Button icon="duplicate" iconOnly onClick={() => done(duplicate(definition, at))}>
        Copy {name}
      </Button>
      <Button
        icon="trash"
        iconOnly
        onClick={() => (holds || usesOf(definition, at).length > 0 ? setAsking(true) : takeAway())}
      >
        Take {name} away
      </Button>
      <Button icon="plus" onClick={() => done(section ? addSection(definition, at) : addBehind(props))}>
        Add<span class="sr-only"> a {section ? "section" : "question"} below</span>
      </Button>
      {at.length === 2 && definition.sections.length > 1 && (
        <Select
          label={`Section of ${name}`}
          labelHidden
          value={String(at[0])}
          options={definition.sections.map((each, index) => ({
            value: String(index),
            label: `In ${each.code} ${shortened(each.title, 40)}`,
          }))}
          onChange={(chosen) => {
            const target = Number(chosen);
            done(moveTo(definition, at, [target, definition.sections[target]?.questions.length ?? 0]));
          }}
        />
      )}
      {asking && <RemoveSheet definition={definition} at={at} onClose={() => setAsking(false)} onRemove={takeAway} />}
    </div>
  );
}

/** A new question of the same type behind this one: lists of checks are mostly alike. */
function addBehind({ definition, at }: Part): Edited {
  const type = questionAt(definition, at)?.type ?? "pass_fail";
  const simple = type === "repeat" || type === "assets" ? "pass_fail" : type;
  return addQuestion(definition, at, simple);
}
