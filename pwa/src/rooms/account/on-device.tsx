import { useEffect, useState } from "preact/hooks";
import { askToKeepStorage, install, installPrompt, isApple, isInstalled, storageKept } from "../../device/install";
import { type Hindrance, resync, syncState } from "../../sync";
import { Banner, Button, counted, Icon, Section } from "../../ui";

export function InstallPart() {
  if (isInstalled()) return null;
  return (
    <Section title="Put Sightline on this device">
      <p>Then it opens without signal, and the browser does not clear what you have not sent.</p>
      {installPrompt.value ? (
        <Button kind="primary" wide icon="phone" onClick={() => void install()}>
          Install Sightline
        </Button>
      ) : isApple() ? (
        <p class="quiet-text">
          In Safari, tap Share, then “Add to Home Screen”. Without that, an iPhone clears unsent work after 7 days in
          which Sightline was not opened.
        </p>
      ) : (
        <p class="quiet-text">In the browser's menu: “Install app” or “Add to Home screen”.</p>
      )}
    </Section>
  );
}

/** What is on this device and whether the browser has promised to keep it. */
export function KeptPart() {
  const [kept, setKept] = useState<boolean | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => void storageKept().then(setKept), []);
  const { waiting, photos_waiting, others } = syncState.value;
  const mine = [
    waiting > 0 && counted(waiting, "record", "records"),
    photos_waiting > 0 && counted(photos_waiting, "photo", "photos"),
  ].filter(Boolean);
  return (
    <>
      <p>
        {mine.length > 0 ? `${mine.join(" and ")} not sent yet. ` : "Everything you did is sent. "}
        {others > 0 && `${others} of somebody else who used this phone, kept unseen. `}
        Also kept: what you may need without signal, and photos you looked at.
      </p>
      {kept === true && (
        <p class="me-good">
          <Icon name="check" /> The browser keeps unsent work until it is sent.
        </p>
      )}
      {kept === false && (
        <>
          <p>The browser may clear unsent work when space runs short. Ask it not to.</p>
          <Button
            wide
            icon="lock"
            onClick={() =>
              void askToKeepStorage().then((yes) => {
                setKept(yes);
                setRefused(!yes);
              })
            }
          >
            Keep unsent work
          </Button>
        </>
      )}
      {refused && <p role="status">The browser did not agree yet. Installing Sightline makes it more likely.</p>}
    </>
  );
}

const NOT_NOW: Record<Exclude<Hindrance, null>, string> = {
  no_signal: "There is no signal. What is here stays; try again where there is some.",
  not_our_server: "This network does not let Sightline through. What is here stays.",
  sign_in: "Sign in first. What is here stays.",
  server_trouble: "The server has trouble. What is here stays; try again in a few minutes.",
};

/** Everything from the server anew, for a phone that shows something odd. */
export function ResyncPart() {
  const [state, setState] = useState<"idle" | "busy" | "done" | Exclude<Hindrance, null>>("idle");
  const run = async () => {
    setState("busy");
    setState((await resync().catch(() => "server_trouble" as const)) ?? "done");
  };
  return (
    <Section title="Does something look wrong?">
      <p>
        Fetch everything again: reports, jobs and lists come anew from the server. Nothing that you have not sent is
        touched.
      </p>
      <Button wide icon="refresh" busy={state === "busy"} onClick={() => void run()}>
        {state === "busy" ? "Fetching everything" : "Fetch everything again"}
      </Button>
      {state === "done" && <p role="status">Done. Everything here is as the server has it.</p>}
      {state !== "idle" && state !== "busy" && state !== "done" && (
        <Banner kind="offline" live="status" title={NOT_NOW[state]} />
      )}
    </Section>
  );
}
