/** One question of a walk with all that hangs on its answer: who differs, what it offers, its group. */
import { useState } from "preact/hooks";
import { session } from "../../../sync";
import { Button, Icon } from "../../../ui";
import { isGroup } from "../questions/definition";
import { QuestionCard } from "../questions/QuestionCard";
import { valueInWords } from "../questions/words";
import { give } from "./answering";
import { type Asked, offeredDefect } from "./asked";
import { DefectSheet, type DefectStart } from "./DefectSheet";
import { GroupCard } from "./GroupCard";
import { mineOf, photosFor, type Walk } from "./useWalk";

interface WalkCardProps {
  walk: Walk;
  asked: Asked;
  now?: boolean;
  /** Under the name of its section, which then need not be said again. */
  inSection?: boolean;
  /** Told after an answer was kept. */
  onGiven?: (asked: Asked, value: unknown) => void;
}

export function WalkCard(props: WalkCardProps) {
  if (isGroup(props.asked.question)) return <GroupCard {...props} />;
  return <OneCard {...props} />;
}

function OneCard({ walk, asked, now, inSection = false, onGiven }: WalkCardProps) {
  const { question, instance, key } = asked;
  const standing = walk.standings.get(key);
  const mine = mineOf(walk.audit, key);
  const { asking } = walk;
  const broken = asking !== null && !asking.constraintHolds(question, instance);
  const fault = broken ? question.constraint_words || "This does not fit with the other answers" : null;
  const value = standing?.value ?? null;
  return (
    <QuestionCard
      question={question}
      value={value}
      note={mine?.note || standing?.answer.note || ""}
      restrictedNote={mine?.restricted_note ?? standing?.answer.restricted_note ?? ""}
      photos={photosFor(walk.audit, key)}
      readOnly={!walk.canAnswer}
      now={now ?? false}
      required={asked.required && !asked.answered}
      choices={asking?.offered(question, instance) ?? []}
      fault={fault}
      mayRestrict={walk.audit.may.read_restricted}
      above={<Where asked={asked} inSection={inSection} />}
      onAnswer={(given) => {
        void give(walk, asked, given).then((id) => id && given.value !== undefined && onGiven?.(asked, given.value));
      }}
    >
      <Others walk={walk} asked={asked} />
      <Offer walk={walk} asked={asked} />
    </QuestionCard>
  );
}

function Where({ asked, inSection }: { asked: Asked; inSection: boolean }) {
  const parts = [!inSection && asked.section.title, asked.label].filter(Boolean);
  if (parts.length === 0) return null;
  return <p class="question-where quiet-text small-text">{parts.join(" · ")}</p>;
}

/** Who else answered, where that is not the same. */
function Others({ walk, asked }: { walk: Walk; asked: Asked }) {
  const standing = walk.standings.get(asked.key);
  const me = session.value.person?.id;
  if (!standing) return null;
  if (standing.differs) {
    return (
      <div class="banner banner-risk" role="status">
        <Icon name="repeat" size="1.4em" />
        <div class="banner-words">
          <p class="banner-title">You do not all say the same</p>
          {standing.between.map((one) => (
            <p key={one.id}>
              {one.by.id === me ? "You" : one.by.name}: {valueInWords(asked.question, one.value)}
            </p>
          ))}
        </div>
      </div>
    );
  }
  if (standing.answer.by.id === me || !standing.answer.by.name) return null;
  return <p class="quiet-text small-text">Answered by {standing.answer.by.name}</p>;
}

/** What a failed answer leads to: a report of the defect, filled in; or that it was made. */
function Offer({ walk, asked }: { walk: Walk; asked: Asked }) {
  const [start, setStart] = useState<DefectStart | null>(null);
  const standing = walk.standings.get(asked.key);
  const category = offeredDefect(asked.question, standing?.value ?? null);
  if (!standing || !category) return null;
  const ids = new Set([standing.answer.id, ...standing.others.map((one) => one.id)]);
  const made = walk.audit.defects.filter((one) => one.answer_id !== null && ids.has(one.answer_id));
  const mine = mineOf(walk.audit, asked.key);
  return (
    <div class="question-offer">
      {made.length > 0 && (
        <p role="status">
          <Icon name="check" /> {made.length === 1 ? "The defect is reported" : `${made.length} defects are reported`}
          {made[0]?.number ? ` (${made.map((one) => one.number).join(", ")})` : ""}
        </p>
      )}
      {walk.canAnswer && (
        <Button
          kind={made.length > 0 ? "quiet" : "primary"}
          wide
          icon={made.length > 0 ? "plus" : "camera"}
          onClick={() =>
            setStart({
              category,
              answer_id: standing.answer.id,
              note: mine?.note ?? "",
              photos: photosFor(walk.audit, asked.key),
            })
          }
        >
          {made.length > 0 ? "Report one more" : "Report the defect"}
        </Button>
      )}
      <DefectSheet
        auditId={walk.audit.id}
        start={start}
        onClose={() => setStart(null)}
        onSaved={() => setStart(null)}
      />
    </div>
  );
}
