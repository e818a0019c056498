import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { categories, serverNow } from "../../sync";
import { ActionBar, agoInWords, Button, Card, Icon, Section, Sheet, TopBar } from "../../ui";
import { type Draft, draft, draftUrl, isEmpty, photoCount, slots } from "./draft";
import { leftOver, throwAway } from "./draft-keeping";

/** "Dumped rubbish, 2 photos, begun 10 minutes ago". */
export function draftWords(one: Draft, label: string | undefined, ago: string): string {
  const photos = photoCount(one);
  const parts = [label, photos === 1 ? "1 photo" : photos > 1 ? `${photos} photos` : null, one.note.trim() && "a note"];
  return `${[...parts.filter(Boolean), `begun ${ago}`].join(", ")}.`.replace(/^./, (first) => first.toUpperCase());
}

/** Where a person goes on: at what it is, or at the last look before Save. */
export function takeUp(one: Draft): void {
  leftOver.value = null;
  navigate(one.category ? "/report?step=details" : "/report?step=category");
}

function ThrowAway({ one, onGone }: { one: Draft; onGone: () => void }) {
  const [asking, setAsking] = useState(false);
  const photos = photoCount(one);
  return (
    <>
      <Button kind="quiet" icon="trash" onClick={() => setAsking(true)}>
        Throw away
      </Button>
      <Sheet open={asking} title="Throw this report away?" onClose={() => setAsking(false)}>
        <p>
          {photos > 0
            ? `It was not saved. ${photos === 1 ? "Its photo goes" : `Its ${photos} photos go`} with it and can't be brought back.`
            : "It was not saved, and can't be brought back."}
        </p>
        <Button kind="danger" wide icon="trash" onClick={() => void throwAway().then(onGone)}>
          Throw away
        </Button>
        <Button wide onClick={() => setAsking(false)}>
          Keep it
        </Button>
      </Sheet>
    </>
  );
}

/** What the phone kept of a report that was not saved: its photo and what it is, in a line. */
function WhatIsLeft({ one }: { one: Draft }) {
  const label = one.category ? categories.value.get(one.category)?.label : undefined;
  const first = one.photos[0];
  return (
    <>
      <div class="left-over">
        {first?.preview && <img class="category-photo" src={draftUrl(first)} alt="What you took then" />}
        <p>{draftWords(one, label, agoInWords(one.begun_at, serverNow()))}</p>
      </div>
      {one.camera_open && (
        <p class="place-line">
          <Icon name="info" />
          <span>
            The phone closed Sightline while the camera was open. That last photo did not arrive: take it again.
          </span>
        </p>
      )}
    </>
  );
}

/** On the first screen: the report that was being made. Nothing when there is none. */
export function LeftOver() {
  const one = slots.value.making;
  if (isEmpty(one)) return null;
  return (
    <Section title="You were making a report">
      <Card>
        <WhatIsLeft one={one} />
        <div class="second-thoughts">
          <Button icon="forward" onClick={() => takeUp(one)}>
            Continue
          </Button>
          <ThrowAway one={one} onGone={() => undefined} />
        </div>
      </Card>
    </Section>
  );
}

/** A report that was begun and not saved comes first: nobody's photos are thrown away in silence. */
export function ResumeStep() {
  const one = draft.value;
  return (
    <>
      <TopBar title="You were making a report" back="/today" status={<SyncLine />} />
      <div class="page">
        <WhatIsLeft one={one} />
        <ThrowAway one={one} onGone={() => navigate("/report", { replace: true })} />
      </div>
      <ActionBar>
        <Button kind="primary" large icon="forward" onClick={() => takeUp(one)}>
          Continue
        </Button>
      </ActionBar>
    </>
  );
}
