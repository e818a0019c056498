/** Each door, gate or stretch: those that are there, and one more. */
import { useState } from "preact/hooks";
import type { Named } from "../../../api/types";
import { useAsk } from "../../../api/useAsk";
import { Button, Field } from "../../../ui";
import { keyOf } from "../questions/definition";
import { Help } from "../questions/Help";
import { addInstance, give } from "./answering";
import { type Asked, openPairs } from "./asked";
import type { Walk } from "./useWalk";

interface GroupCardProps {
  walk: Walk;
  asked: Asked;
  now?: boolean;
  inSection?: boolean;
  onGiven?: (asked: Asked, value: unknown) => void;
}

const ONE: Record<string, string> = {
  door_front: "front door",
  door_rear: "rear door",
  alley_gate: "gate",
  sign: "sign",
  block: "block",
  improvement: "improvement",
  lamp: "lamp",
  garage_block: "garage block",
  fence: "fence",
};

export function GroupCard({ walk, asked, now, inSection = false, onGiven }: GroupCardProps) {
  const { question } = asked;
  const [label, setLabel] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const instances = walk.asking?.instances(question.code) ?? [];
  const one = ONE[question.asset_kind] ?? "one";
  const open = walk.asking ? openPairs(walk.asking, walk.answers) : [];
  const pairs = open.filter((pair) => pair.group.code === question.code);
  const labels = instances.map((instance) => labelOf(walk, question.code, instance));
  const add = async (name: string, asset_id: string | null = null) => {
    const said = name.trim();
    if (!said) return setWrong("Say which one: a number, a name, a house");
    if (labels.some((other) => other.toLowerCase() === said.toLowerCase()))
      return setWrong("That one is there already");
    setWrong(null);
    const instance = await addInstance(walk, question, said, asset_id);
    if (!instance) return;
    setLabel("");
    onGiven?.(asked, { label: said, asset_id });
  };
  return (
    <section class={now ? "question question-now" : "question"} data-question={question.code}>
      {!inSection && <p class="question-where quiet-text small-text">{asked.section.title}</p>}
      <h2 class="question-label">{question.label}</h2>
      <Help question={question} />
      {instances.length > 0 && (
        <ul class="pins">
          {instances.map((instance, index) => (
            <li key={instance} class="row-apart">
              <strong>{labels[index]}</strong>
              {walk.canAnswer && (
                <Button
                  kind="quiet"
                  icon="close"
                  iconOnly
                  onClick={() => void give(walk, { question, instance }, { value: null })}
                >
                  Take {labels[index] ?? "it"} away with its answers
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {walk.canAnswer &&
        pairs.map((pair) => (
          <div key={pair.label} class="stack-tight">
            <p role="status">{pair.words}.</p>
            <Button kind="primary" wide icon="forward" onClick={() => void add(pair.label)}>
              Look at it now
            </Button>
          </div>
        ))}
      {walk.canAnswer && question.type === "assets" && (
        <OnRegister walk={walk} kind={question.asset_kind} there={labels} onAdd={(name, id) => void add(name, id)} />
      )}
      {walk.canAnswer && (
        <>
          <Field
            label={`Which ${one}?`}
            hint="A number, a name, or where it is."
            value={label}
            error={wrong}
            maxLength={200}
            onInput={setLabel}
            onKeyDown={(event) => event.key === "Enter" && void add(label)}
          />
          <Button
            kind={now && pairs.length === 0 ? "primary" : "secondary"}
            wide
            icon="plus"
            onClick={() => void add(label)}
          >
            {instances.length === 0 ? `Add the first ${one}` : `Add one more ${one === "one" ? "" : one}`.trim()}
          </Button>
        </>
      )}
    </section>
  );
}

interface OnRegisterProps {
  walk: Walk;
  kind: string;
  /** Those that are on this walk already, by what they are called. */
  there: readonly string[];
  onAdd: (name: string, assetId: string) => void;
}

/** What the area's register knows of this kind, one tap each; where it was seen with signal before. */
function OnRegister({ walk, kind, there, onAdd }: OnRegisterProps) {
  const area = walk.audit.area?.id;
  const path = area ? `/api/assets?area=${area}&kind=${kind}` : null;
  const asked = useAsk<{ results: Named[] }>(path);
  const known = new Set(there.map((name) => name.toLowerCase()));
  const left = (asked.data?.results ?? []).filter((one) => !known.has(one.name.toLowerCase()));
  if (left.length === 0) return null;
  return (
    <div class="stack-tight">
      <p class="field-label">On the register here</p>
      <div class="row">
        {left.slice(0, 12).map((one) => (
          <Button key={one.id} icon="plus" onClick={() => onAdd(one.name, one.id)}>
            {one.name}
          </Button>
        ))}
      </div>
    </div>
  );
}

function labelOf(walk: Walk, code: string, instance: string): string {
  const value = walk.answers.get(keyOf(code, instance));
  return value && typeof value === "object" && "label" in value ? value.label : "";
}
