/** One section as a list: every question under the other, and one tap for all that is left and fine. */
import { useState } from "preact/hooks";
import { useRoute } from "../../../app/router";
import { usePosition } from "../../../device/position";
import { ActionBar, Banner, Button, counted, LinkButton } from "../../../ui";
import type { Section } from "../questions/definition";
import { passAll, restOf, takeBack } from "./answering";
import { type Asked, progressOf } from "./asked";
import { WalkCard } from "./Card";
import { WalkFrame } from "./Frame";
import type { Walk } from "./useWalk";
import { progressWords } from "./words";

export default function SectionScreen({ id }: { id: string | null }) {
  const code = useRoute().params.code ?? "";
  return (
    <WalkFrame id={id ?? ""} title={(walk) => sectionOf(walk, code)?.title ?? "Section"}>
      {(walk) => <SectionList key={code} walk={walk} code={code} />}
    </WalkFrame>
  );
}

function sectionOf(walk: Walk, code: string): Section | undefined {
  return walk.definition?.sections.find((each) => each.code === code);
}

function SectionList({ walk, code }: { walk: Walk; code: string }) {
  usePosition();
  const { definition } = walk;
  const section = sectionOf(walk, code);
  if (!definition || !section) {
    return (
      <div class="page">
        <Banner kind="risk" title="This audit has no such section, or its questions are not on this phone" />
      </div>
    );
  }
  const asked = walk.asked.filter((each) => each.section.code === code);
  const all = progressOf(definition, walk.asked);
  const progress = all.find((each) => each.section.code === code);
  const next = all.slice(all.findIndex((each) => each.section.code === code) + 1)[0];
  return (
    <>
      <div class="page walk">
        <div class="stack-tight">
          <p class="quiet-text">
            {progress ? progressWords(progress.answered, progress.asked) : "Nothing of this section is asked here"}
          </p>
          {section.help && <p>{section.help}</p>}
        </div>
        {asked.map((each) => (
          <WalkCard key={each.key} walk={walk} asked={each} inSection />
        ))}
        <Rest walk={walk} asked={asked} code={code} />
      </div>
      <ActionBar>
        {next ? (
          <LinkButton
            kind="primary"
            large
            icon="forward"
            href={`/audits/${walk.audit.id}/section/${next.section.code}`}
          >
            {`Next: ${next.section.title}`}
          </LinkButton>
        ) : (
          <LinkButton kind="primary" large icon="check" href={`/audits/${walk.audit.id}`}>
            Back to the walk
          </LinkButton>
        )}
      </ActionBar>
    </>
  );
}

/** "All the rest pass", said once for what was looked at and is fine; taken back with one tap. */
function Rest({ walk, asked, code }: { walk: Walk; asked: readonly Asked[]; code: string }) {
  const [given, setGiven] = useState<{ asked: Asked; answer: string }[]>([]);
  const [busy, setBusy] = useState(false);
  const rest = restOf(asked, code);
  if (!walk.canAnswer) return null;
  const pass = async () => {
    setBusy(true);
    setGiven(await passAll(walk, rest));
    setBusy(false);
  };
  const undo = async () => {
    setBusy(true);
    await takeBack(walk, given);
    setGiven([]);
    setBusy(false);
  };
  if (given.length > 0) {
    return (
      <Banner kind="good" title={`${counted(given.length, "question", "questions")} passed`} live="status">
        <Button icon="undo" busy={busy} onClick={() => void undo()}>
          Take that back
        </Button>
      </Banner>
    );
  }
  if (rest.length < 2) return null;
  return (
    <Button wide icon="check" busy={busy} onClick={() => void pass()}>
      {`Checked, nothing found: all ${rest.length} others pass`}
    </Button>
  );
}
