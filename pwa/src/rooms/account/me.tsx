import { useEffect, useState } from "preact/hooks";
import type { Role } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import { news, session, signOut, syncState } from "../../sync";
import { Banner, Button, Fact, LinkButton, Section, Sheet, TopBar } from "../../ui";
import { InstallPart, KeptPart, ResyncPart } from "./on-device";
import { PinPart } from "./pin";
import { SpacePart } from "./space";

const ROLES: Record<Role, string> = {
  warden: "Neighbourhood warden",
  officer: "Crime-prevention officer",
  crew: "Crew",
  dispatcher: "Dispatcher",
  manager: "Manager",
  councillor: "Councillor",
  administrator: "Administrator",
};

function SignOutPart() {
  const [asking, setAsking] = useState(false);
  const { waiting, photos_waiting } = syncState.value;
  const left = waiting + photos_waiting;
  return (
    <>
      <Button wide icon="sign-out" onClick={() => (left > 0 ? setAsking(true) : void signOut())}>
        Sign out
      </Button>
      <Sheet open={asking} title="Not everything is sent" onClose={() => setAsking(false)}>
        <p>
          {left === 1 ? "One thing is" : `${left} things are`} still on this phone. It stays here unseen, and goes when
          you sign in on this phone again.
        </p>
        <Button kind="primary" wide onClick={() => setAsking(false)}>
          Stay signed in
        </Button>
        <Button wide icon="sign-out" onClick={() => void signOut()}>
          Sign out all the same
        </Button>
      </Sheet>
    </>
  );
}

/** The way to one's news, and to what one wants to hear. */
function NewsPart() {
  const { unread } = news.value;
  return (
    <Section title="News">
      <div class="me-pair">
        <LinkButton icon="bell" href="/news">
          {unread > 0 ? `News, ${unread} new` : "News"}
        </LinkButton>
        <LinkButton icon="settings" href="/me/news">
          What I hear of
        </LinkButton>
      </div>
    </Section>
  );
}

/** Goes to the part that a link from elsewhere names: "/me#space". */
function useAnchor(): void {
  useEffect(() => {
    const part = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    part?.scrollIntoView();
    part?.focus({ preventScroll: true });
  }, []);
}

/** Who is signed in, and how this device keeps things. */
export function Me() {
  const { person, expired } = session.value;
  useAnchor();
  if (!person) return null;
  return (
    <>
      <TopBar title="Me" status={<SyncLine />} />
      <div class="page">
        {expired && (
          <Banner kind="risk" title="Your sign-in has run out">
            <a href="/sign-in">Sign in to send</a>
          </Banner>
        )}
        <div class="me-card">
          <h2>{person.name}</h2>
          <dl class="facts">
            <Fact label="Role">{ROLES[person.role]}</Fact>
            <Fact label="For">{person.organisation.name}</Fact>
            {person.team && <Fact label="Team">{person.team.name}</Fact>}
            <Fact label="User name">{person.username}</Fact>
          </dl>
        </div>
        <NewsPart />
        <Section title="On this device">
          <KeptPart />
        </Section>
        <InstallPart />
        <div id="space" class="me-anchor" tabIndex={-1}>
          <SpacePart />
        </div>
        <PinPart personId={person.id} />
        <ResyncPart />
        <Section title="Leave">
          <SignOutPart />
        </Section>
      </div>
    </>
  );
}
