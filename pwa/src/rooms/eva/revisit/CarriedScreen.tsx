import "./revisit.css";
import type { Carried } from "../../../api/audits";
import { setQuery, useRoute } from "../../../app/router";
import { SyncLine } from "../../../app/sync-line";
import { useKeepAhead } from "../../../device/previews";
import { categories } from "../../../sync";
import { Banner, Button, Card, Chip, Empty, LinkButton, Photo, Section, Skeleton, TopBar } from "../../../ui";
import { useWalk, type Walk } from "../walk/useWalk";
import { CarriedThing } from "./CarriedThing";
import { beforePhotos, keyOf, leftInWords, lookedAt, named, nextOpen, tally } from "./carried";
import { OUTCOME } from "./words";

/** What earlier audits left open, asked one thing after the other, on the spot. */
export default function CarriedScreen({ id }: { id: string | null }) {
  const found = useWalk(id ?? "");
  if (found.walk) return <Things walk={found.walk} />;
  return (
    <>
      <TopBar title="Re-visit" back="/audits" backLabel="Audits" />
      <div class="page">
        {found.state === "reading" && <Skeleton rows={3} words="Opening the re-visit." />}
        {found.state === "offline" && (
          <Banner kind="offline" title="This audit is not on this phone">
            <p>Open it once where there is signal; then it works without.</p>
          </Banner>
        )}
        {found.state === "gone" && <Empty title="There is no such audit">It may have been given up.</Empty>}
      </div>
    </>
  );
}

function Things({ walk }: { walk: Walk }) {
  const { audit } = walk;
  const { query } = useRoute();
  const things = audit.carried;
  const asked = query.get("thing");
  const said = named(things, query.get("said"));
  const thing = asked === "all" ? undefined : (named(things, asked) ?? nextOpen(things, query.get("said")));
  // For where there is no signal: the photos of all that will be asked.
  useKeepAhead(beforePhotos(things));
  const done = lookedAt(things);
  return (
    <>
      <TopBar
        title={audit.revisit_of?.number ? `Re-visit of ${audit.revisit_of.number}` : "Re-visit"}
        back={thing && done > 0 ? `/audits/${audit.id}/carried?thing=all` : `/audits/${audit.id}`}
        backLabel={thing && done > 0 ? "All things" : "Back to the walk"}
        status={<SyncLine />}
      />
      {thing && walk.canAnswer ? (
        <CarriedThing key={keyOf(thing)} auditId={audit.id} thing={thing} onSaid={() => keptAndOn(keyOf(thing))}>
          <Progress things={things} said={said} />
        </CarriedThing>
      ) : (
        <div class="page">
          {things.length > 0 ? (
            <>
              <Progress things={things} said={said} />
              <All walk={walk} things={things} />
            </>
          ) : (
            <Empty icon="check" title="Nothing is carried">
              {audit.revisit_of
                ? "All that the earlier audit found is seen to."
                : "This is no re-visit: it carries nothing from an earlier audit."}
            </Empty>
          )}
        </div>
      )}
    </>
  );
}

/** On with the next thing, from the top of the screen, also for who hears it. */
function keptAndOn(key: string): void {
  setQuery({ thing: null, said: key });
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}

function Progress({ things, said }: { things: readonly Carried[]; said: Carried | undefined }) {
  return (
    <div class="carried-progress">
      <progress value={lookedAt(things)} max={things.length} aria-label="Looked at" />
      <p class="tabular" role="status">
        {said?.outcome && `${said.number}: ${OUTCOME[said.outcome].word.toLowerCase()}, kept. `}
        {leftInWords(things)}
      </p>
    </div>
  );
}

/** Everything in a list, with what was said of it. */
function All({ walk, things }: { walk: Walk; things: readonly Carried[] }) {
  const left = things.length - lookedAt(things);
  return (
    <>
      <p>{tally(things)}</p>
      {walk.canAnswer && left > 0 && (
        <Button kind="primary" large icon="forward" onClick={() => setQuery({ thing: null, said: null })}>
          Go on with the next
        </Button>
      )}
      {left === 0 && walk.canAnswer && (
        <LinkButton kind="primary" large icon="check" href={`/audits/${walk.audit.id}`}>
          Back to the walk
        </LinkButton>
      )}
      <Section title="What is carried">
        <ul class="stack-tight">
          {things.map((thing) => (
            <li key={keyOf(thing)}>
              <Row thing={thing} canAnswer={walk.canAnswer} />
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Row({ thing, canAnswer }: { thing: Carried; canAnswer: boolean }) {
  const before = thing.photos_before[0];
  const now = thing.photos.at(-1);
  return (
    <Card>
      <div class="carried-row">
        <Photo
          src={(now ?? before)?.thumbnail}
          state={(now ?? before)?.state}
          alt=""
          icon={categories.value.get(thing.category ?? "")?.icon}
        />
        <div class="carried-words">
          <h3>{thing.title}</h3>
          <p class="small-text quiet-text">{[thing.street_text, thing.number].filter(Boolean).join(" · ")}</p>
          {thing.outcome ? (
            <Chip status={OUTCOME[thing.outcome]} />
          ) : (
            <Chip status={{ tone: "idle", icon: "open", word: "Not looked at" }} />
          )}
          {thing.note && <p>{thing.note}</p>}
          {thing.by && thing.outcome && <p class="small-text quiet-text">{thing.by.name}</p>}
          {thing.differs && thing.judged && (
            <p class="carried-differs">
              {thing.judged.map((each) => `${each.by.name}: ${OUTCOME[each.outcome].word.toLowerCase()}`).join(". ")}.
              The later word holds.
            </p>
          )}
        </div>
      </div>
      {canAnswer && (
        <Button
          wide
          icon={thing.outcome ? "edit" : "eye"}
          onClick={() => setQuery({ thing: keyOf(thing), said: null })}
        >
          {thing.outcome ? "Change" : "Look at it"}
          <span class="sr-only">: {thing.number}</span>
        </Button>
      )}
    </Card>
  );
}
