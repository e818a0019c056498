import { useRef, useState } from "preact/hooks";
import { afterSignIn, session, signIn, syncState } from "../../sync";
import { Banner, Button, Field, Icon } from "../../ui";

/** Name and password; says what to do when it doesn't work. */
export function SignIn() {
  const expired = session.value.expired ? session.value.person : null;
  const [username, setUsername] = useState(expired?.username ?? "");
  const [password, setPassword] = useState("");
  const [seen, setSeen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [missing, setMissing] = useState<"username" | "password" | null>(null);
  const nameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const lacks = !username.trim() ? "username" : !password ? "password" : null;
    setMissing(lacks);
    setWrong(null);
    if (lacks) {
      (lacks === "username" ? nameInput : passwordInput).current?.focus();
      return;
    }
    setBusy(true);
    const problem = await signIn(username.trim(), password);
    setBusy(false);
    setWrong(problem);
    if (problem === null) afterSignIn();
    else passwordInput.current?.focus();
  }

  return (
    <div class="sign-in">
      <div class="sign-in-brand">
        <Icon name="eye" size="2.6em" />
        <div>
          <h1 tabIndex={-1}>Sightline</h1>
          <p>See it, send it, see it done.</p>
        </div>
      </div>
      {session.value.notice === "device_revoked" && (
        <Banner kind="late" live="alert" title="This phone was locked from the desk">
          <p>
            What you saw here has been taken away. What you had not sent is still on this phone, hidden. A manager can
            unlock it; then sign in and it goes.
          </p>
        </Banner>
      )}
      {expired && (
        <Banner kind="risk" title={`Sign in again, ${expired.name}`}>
          <p>
            {syncState.value.waiting > 0
              ? "What you saved is on this phone and goes as soon as you are signed in."
              : "Your sign-in has run out."}
          </p>
          <a href={`/${expired.home}`}>Go on without sending</a>
        </Banner>
      )}
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        {wrong && <Banner kind="late" live="alert" title={wrong} />}
        <Field
          label="User name"
          name="username"
          value={username}
          onInput={setUsername}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          inputRef={nameInput}
          error={missing === "username" ? "Write your user name" : null}
        />
        <Field
          label="Password"
          name="password"
          type={seen ? "text" : "password"}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck={false}
          inputRef={passwordInput}
          error={missing === "password" ? "Write your password" : null}
        />
        <div>
          <Button kind="quiet" icon="eye" pressed={seen} onClick={() => setSeen(!seen)}>
            Show the password
          </Button>
        </div>
        <Button kind="primary" large type="submit" busy={busy}>
          {busy ? "Signing in" : "Sign in"}
        </Button>
      </form>
      <p class="quiet-text small-text">
        No account, or a forgotten password? Ask whoever runs Sightline at your council.
      </p>
    </div>
  );
}
