import { useEffect, useRef, useState } from "preact/hooks";
import { nextTryInS, unlock } from "../../storage/vault";
import { session, signOut, syncState } from "../../sync";
import { Banner, Button, Icon, Sheet } from "../../ui";
import { PinField } from "./pin-field";
import { waitInWords, waitingWords, wrongWords } from "./pin-words";

/** Seconds until the next try, counted down. */
function useWait(): [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}

function Forgotten() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="quiet" wide onClick={() => setAsking(true)}>
        Forgotten the PIN, or not you?
      </Button>
      <Sheet open={asking} title="Without the PIN" onClose={() => setAsking(false)}>
        <p>
          Nobody can open what has not been sent without the PIN, not even the people who run Sightline. It stays on
          this phone, in case the PIN comes back to you.
        </p>
        <p>Somebody else can sign out here and sign in as themselves. What is locked stays locked and is not sent.</p>
        <Button kind="primary" wide onClick={() => setAsking(false)}>
          Try the PIN again
        </Button>
        <Button wide icon="sign-out" onClick={() => void signOut()}>
          Sign out
        </Button>
      </Sheet>
    </>
  );
}

/** The first screen where a PIN closes this person's work. */
export function Unlock() {
  const { person } = session.value;
  const { waiting, photos_waiting, loading } = syncState.value;
  const [pin, setPin] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [left, setLeft] = useWait();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    if (person) void nextTryInS(person.id).then(setLeft, () => undefined);
  }, [person?.id]);
  if (!person) return null;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy || left > 0 || !person) return;
    if (!pin) {
      setWrong("Write your PIN.");
      return;
    }
    setBusy(true);
    try {
      const answer = await unlock(person.id, pin);
      if (!answer.opened) {
        setWrong(wrongWords(answer.wrong, 0));
        setLeft(answer.wait_s);
        setPin("");
        input.current?.focus();
      }
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "The phone did not answer. Try again.");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="sign-in">
      <div class="sign-in-brand">
        <Icon name="lock" size="2.6em" />
        <div>
          <h1 tabIndex={-1}>Locked</h1>
          <p>{person.name}</p>
        </div>
      </div>
      <p>{loading ? "Looking at what waits on this phone." : waitingWords(waiting, photos_waiting)}</p>
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        {wrong && <Banner kind="late" live="alert" title={wrong} />}
        <PinField label="Your PIN" value={pin} onInput={setPin} inputRef={input} choices />
        {left > 0 && <p class="tabular">Next try in {waitInWords(left)}.</p>}
        <Button kind="primary" large type="submit" busy={busy} disabled={left > 0}>
          {busy ? "Opening" : "Open"}
        </Button>
      </form>
      <Forgotten />
    </div>
  );
}
