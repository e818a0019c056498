import { useEffect, useState } from "preact/hooks";
import type { Role } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import {
  askToKeepStorage,
  install,
  installPrompt,
  isApple,
  isInstalled,
  storageKept,
  storageSpace,
} from "../../device/install";
import { session, signOut, syncState } from "../../sync";
import { Banner, Button, Fact, Section, Sheet, TopBar } from "../../ui";

const ROLES: Record<Role, string> = {
  warden: "Neighbourhood warden",
  officer: "Crime-prevention officer",
  crew: "Crew",
  dispatcher: "Dispatcher",
  manager: "Manager",
  councillor: "Councillor",
  administrator: "Administrator",
};

function InstallPart() {
  if (isInstalled()) return <p>Sightline is installed on this device.</p>;
  return (
    <div class="stack-tight">
      <p>Installed, Sightline opens without signal and the browser does not clear what it keeps.</p>
      {installPrompt.value ? (
        <Button kind="primary" wide icon="phone" onClick={() => void install()}>
          Install Sightline
        </Button>
      ) : isApple() ? (
        <p class="quiet-text">In Safari: Share, then “Add to Home Screen”.</p>
      ) : (
        <p class="quiet-text">In the browser's menu: “Install app” or “Add to Home screen”.</p>
      )}
    </div>
  );
}

function StoragePart() {
  const [kept, setKept] = useState<boolean | null>(null);
  const [asked, setAsked] = useState(false);
  const [space, setSpace] = useState<{ used: number; all: number } | null>(null);
  useEffect(() => {
    void storageKept().then(setKept);
    void storageSpace().then(setSpace);
  }, []);
  return (
    <div class="stack-tight">
      <p>
        {kept === true && "This device keeps unsent reports until they are sent."}
        {kept === false && "The browser may clear unsent reports when space runs short. Ask it to keep them."}
        {kept === null && "Unsent reports are kept on this device."}
      </p>
      {space && (
        <p class="quiet-text small-text">
          {Math.max(1, Math.round(space.used / 1e6))} MB of {Math.round(space.all / 1e6)} MB used.
        </p>
      )}
      {kept === false && (
        <Button
          wide
          icon="lock"
          onClick={() =>
            void askToKeepStorage().then((yes) => {
              setKept(yes);
              setAsked(true);
            })
          }
        >
          Keep unsent reports
        </Button>
      )}
      {asked && kept === false && (
        <p role="status">The browser did not agree yet. Installing Sightline makes it more likely.</p>
      )}
    </div>
  );
}

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
          {left === 1 ? "One thing is" : `${left} things are`} still on this phone. It stays here, and goes when you
          sign in on this phone again.
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

/** Who is signed in, and how this device keeps things. */
export function Me() {
  const { person, expired } = session.value;
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
        <Section title="On this device">
          <InstallPart />
          <StoragePart />
        </Section>
        <Section title="Leave">
          <SignOutPart />
        </Section>
      </div>
    </>
  );
}
