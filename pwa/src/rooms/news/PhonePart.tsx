import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { PushPhone } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { NOTHING_CHANGED } from "../../api/words";
import { type PushState, pushEndpoint, pushState, subscribe, unsubscribe } from "../../device/push";
import { getMeta } from "../../storage/db";
import { serverNow, session } from "../../sync";
import { agoInWords, Banner, Button, Icon, Section, useNow } from "../../ui";
import { CANNOT } from "./words";

interface Phones {
  key: string;
  phones: PushPhone[];
}

/** Tells the server where this phone takes notifications; what went wrong, or null. */
async function turnOn(key: string): Promise<string | null> {
  let address: Awaited<ReturnType<typeof subscribe>>;
  try {
    address = await subscribe(key);
  } catch {
    return "This phone could not reach its push service. Try again where there is signal.";
  }
  if (!address) return "The phone did not agree. Allow notifications for Sightline in the browser's settings.";
  const answer = await ask("/api/news/push", {
    method: "POST",
    person: session.value.person?.id ?? "",
    json: { ...address, device_id: (await getMeta("device_id")) ?? null },
  });
  const failed = failure(answer, NOTHING_CHANGED);
  // Half on would be a phone that asks for nothing and is told nothing.
  if (failed !== null) await unsubscribe();
  return failed;
}

/** The server first: a phone that it still writes to would answer "gone" and look broken. */
async function turnOff(): Promise<string | null> {
  const endpoint = await pushEndpoint();
  if (endpoint) {
    const answer = await ask("/api/news/push", { method: "DELETE", json: { endpoint } });
    const failed = failure(answer, NOTHING_CHANGED);
    if (failed !== null) return failed;
  }
  await unsubscribe();
  return null;
}

/** Notifications: this phone, on or off, and the others that take them. */
export function PhonePart({ onChange }: { onChange: () => void }) {
  const asked = useAsk<Phones>("/api/news/push");
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const now = useNow(serverNow);
  useEffect(() => void pushState().then(setState, () => setState("unsupported")), []);
  const key = asked.data?.key ?? "";
  const here = asked.data?.phones.find((phone) => phone.this_one);
  // The browser may still take what the server no longer sends: then it is off.
  const on = state === "on" && (!asked.data || asked.data.phones.some((phone) => phone.on));
  const others = (asked.data?.phones ?? []).filter((phone) => phone !== here || !on);
  const run = async (work: () => Promise<string | null>) => {
    setBusy(true);
    setFailed(await work());
    setState(await pushState());
    setBusy(false);
    asked.again();
    onChange();
  };
  return (
    <Section title="Notifications on this device">
      {failed && <Banner kind="late" live="alert" title={failed} />}
      {asked.data && key === "" && <p>This server sends no notifications. Your administrator can set them up.</p>}
      {key !== "" && state && state !== "on" && state !== "off" && <p>{CANNOT[state]}</p>}
      {key !== "" && (state === "on" || state === "off") && (
        <>
          <p class="hear-state" role="status">
            <Icon name={on ? "check" : "bell"} />
            {on ? "On. What you chose below comes here." : "Off. Nothing comes here."}
          </p>
          {here?.problem && on && <Banner kind="risk" title={here.problem} />}
          <Button
            kind={on ? "secondary" : "primary"}
            large={!on}
            wide
            icon="bell"
            busy={busy}
            onClick={() => void run(on ? turnOff : () => turnOn(key))}
          >
            {on ? "Turn off on this device" : "Turn notifications on"}
          </Button>
        </>
      )}
      {others.length > 0 && (
        <>
          <h3>Other devices of yours</h3>
          <ul class="hear-phones">
            {others.map((phone) => (
              <li key={phone.id}>
                <span class="hear-phone">
                  <strong>{phone.name}</strong>
                  <span class="quiet-text small-text">
                    {phone.problem || `Turned on ${agoInWords(phone.since, now)}.`}
                  </span>
                </span>
                <Button
                  busy={busy}
                  onClick={() =>
                    void run(async () =>
                      failure(
                        await ask("/api/news/push", { method: "DELETE", json: { id: phone.id } }),
                        NOTHING_CHANGED,
                      ),
                    )
                  }
                >
                  {phone.on ? "Turn off" : "Remove"}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
