import { useState } from "preact/hooks";
import { categories } from "../../../sync";
import {
  Button,
  Card,
  CategoryIcon,
  Chip,
  counted,
  DEFECT_STATUS,
  Icon,
  type IconName,
  Photo,
  Section,
  statusOf,
} from "../../../ui";
import { progressOf } from "./asked";
import { DefectSheet, type DefectStart } from "./DefectSheet";
import { StreetSheet } from "./Streets";
import type { Walk } from "./useWalk";
import { progressWords } from "./words";

/** Every section with how far it is; a tap opens its questions as a list. */
export function Progress({ walk }: { walk: Walk }) {
  if (!walk.definition) return null;
  const sections = progressOf(walk.definition, walk.asked);
  const answered = sections.reduce((sum, one) => sum + one.answered, 0);
  const asked = sections.reduce((sum, one) => sum + one.asked, 0);
  return (
    <Section title="Sections" aside={<span class="quiet-text small-text">{progressWords(answered, asked)}</span>}>
      <ul class="walk-rows">
        {sections.map(({ section, ...how }) => (
          <li key={section.code}>
            <a class="walk-row" href={`/audits/${walk.audit.id}/section/${section.code}`}>
              <span class="walk-row-words">
                <strong>{section.title}</strong>
                <progress class="walk-bar" max={how.asked} value={how.answered} aria-hidden="true" />
                <span class="quiet-text small-text">
                  {progressWords(how.answered, how.asked)}
                  {how.missing > 0 && `, ${how.missing} still needed`}
                </span>
              </span>
              <Icon name={how.answered === how.asked ? "check" : "forward"} />
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function LinkRow(props: { href: string; icon: IconName; words: string; aside: string; tone?: "risk" }) {
  return (
    <li>
      <a class={props.tone ? "walk-row walk-row-risk" : "walk-row"} href={props.href}>
        <Icon name={props.icon} />
        <span class="walk-row-words">
          <strong>{props.words}</strong>
          <span class="quiet-text small-text">{props.aside}</span>
        </span>
        <Icon name="forward" />
      </a>
    </li>
  );
}

/** A re-visit asks first what became of what was left open. */
export function LeftOpen({ walk: { audit } }: { walk: Walk }) {
  const judged = audit.carried.filter((one) => one.outcome !== "").length;
  if (audit.carried.length === 0) return null;
  return (
    <ul class="walk-rows">
      <LinkRow
        href={`/audits/${audit.id}/carried`}
        icon="repeat"
        {...(judged < audit.carried.length && { tone: "risk" })}
        words="Left open last time"
        aside={`${judged} of ${audit.carried.length} looked at again`}
      />
    </ul>
  );
}

/** What belongs to the walk beside its questions. */
export function Links({ walk }: { walk: Walk }) {
  const { audit } = walk;
  const [streets, setStreets] = useState(false);
  const differ = [...walk.standings.values()].filter((one) => one.differs).length;
  const to = `/audits/${audit.id}`;
  return (
    <>
      <ul class="walk-rows">
        {differ > 0 && (
          <LinkRow
            href={`${to}/reconcile`}
            icon="repeat"
            tone="risk"
            words={counted(differ, "answer differs", "answers differ")}
            aside="Two people saw it differently. Decide which one stands."
          />
        )}
        <LinkRow
          href={`${to}/people`}
          icon="team"
          words="People"
          aside={audit.participants.length > 0 ? `${audit.participants.length} took part` : "Nobody noted yet"}
        />
        <LinkRow
          href={`${to}/concerns`}
          icon="edit"
          words="Concerns and sheets"
          aside={audit.concerns.length > 0 ? `${audit.concerns.length} noted` : "Nothing noted yet"}
        />
        <li>
          <button type="button" class="walk-row" onClick={() => setStreets(true)}>
            <Icon name="directions" />
            <span class="walk-row-words">
              <strong>Streets</strong>
              <span class="quiet-text small-text">
                {audit.streets.length > 0 ? `${audit.streets.length} looked at` : "None marked yet"}
              </span>
            </span>
            <Icon name="forward" />
          </button>
        </li>
      </ul>
      <StreetSheet walk={walk} open={streets} onClose={() => setStreets(false)} />
    </>
  );
}

/** So many stand on the walk itself: the next question must not wait for forty photos. */
const FIRST_FOUND = 3;

/** Defects that were reported on this walk, and the way to report one that no question asks about. */
export function Found({ walk }: { walk: Walk }) {
  const { audit } = walk;
  const [all, setAll] = useState(false);
  const [start, setStart] = useState<DefectStart | null>(null);
  return (
    <Section title={audit.defects.length > 0 ? `Found here: ${audit.defects.length}` : "Found here"}>
      {audit.defects.length === 0 && (
        <p class="quiet-text">Nothing reported yet. A failed answer offers the report; so does the button.</p>
      )}
      {audit.defects.slice(0, all ? undefined : FIRST_FOUND).map((row) => {
        const category = categories.value.get(row.category);
        const photo = row.photos[0];
        return (
          <Card key={row.id} href={row.number ? `/reports/${row.id}` : undefined} class="walk-defect">
            {photo ? (
              <Photo src={photo.thumbnail} state={photo.state} alt="" icon={category?.icon ?? null} />
            ) : (
              <CategoryIcon icon={category?.icon ?? "other"} size="2em" />
            )}
            <span class="walk-row-words">
              <strong>{category?.label ?? row.category}</strong>
              <span class="quiet-text small-text">{row.number || "On this phone, not sent yet"}</span>
            </span>
            <Chip status={statusOf(DEFECT_STATUS, row.status)} />
          </Card>
        );
      })}
      {!all && audit.defects.length > FIRST_FOUND && (
        <Button kind="quiet" wide icon="down" onClick={() => setAll(true)}>
          {`Show all ${audit.defects.length}`}
        </Button>
      )}
      {walk.canAnswer && (
        <Button wide icon="camera" onClick={() => setStart({ category: "", answer_id: null, note: "", photos: [] })}>
          Report something else
        </Button>
      )}
      <DefectSheet auditId={audit.id} start={start} onClose={() => setStart(null)} onSaved={() => setStart(null)} />
    </Section>
  );
}
