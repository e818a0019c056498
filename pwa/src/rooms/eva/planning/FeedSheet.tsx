import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { Banner, Button, Field, longDay, Sheet } from "../../../ui";
import type { Feed } from "./shapes";
import { dayOf } from "./words";

/** An address by which another calendar program shows one's own walks, made and taken back here. */
export function FeedSheet({ onClose }: { onClose: () => void }) {
  const asked = useAsk<Feed>("/api/calendar/feed");
  const [url, setUrl] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const there = asked.data?.made_at ?? null;
  const send = async (method: "POST" | "DELETE") => {
    setBusy(true);
    const answer = await ask<Feed>("/api/calendar/feed", { method });
    setBusy(false);
    setWrong(failure(answer, NOTHING_CHANGED));
    if (answer.kind !== "ok") return;
    setUrl(method === "POST" ? (answer.data?.url ?? null) : null);
    setSaid(method === "POST" ? null : "The address no longer works.");
    asked.again();
  };
  return (
    <Sheet open title="In your own calendar" onClose={onClose}>
      {wrong && <Banner kind="late" title={wrong} live="alert" />}
      {said && <Banner kind="good" title={said} live="status" />}
      <p>
        The walks that you lead or are asked to come to, in the calendar of your phone or computer. Whoever has the
        address can read them, so keep it to yourself.
      </p>
      {url && (
        <>
          <Field
            label="The address"
            value={url}
            onInput={() => {}}
            hint="Shown now and never again. Copy it into your calendar program, where it says “subscribe” or “from the internet”."
          />
          <Button kind="primary" large icon="duplicate" onClick={() => void copy(url, setSaid)}>
            Copy the address
          </Button>
        </>
      )}
      {!url && (
        <Button kind="primary" large icon="external" busy={busy} onClick={() => void send("POST")}>
          {there ? "Make a new address" : "Make an address"}
        </Button>
      )}
      {there && (
        <>
          <p class="quiet-text">{url ? "" : `An address was made on ${longDay(dayOf(there))}. A new one ends it.`}</p>
          <Button kind="danger" icon="cancelled" busy={busy} onClick={() => void send("DELETE")}>
            Take the address back
          </Button>
        </>
      )}
    </Sheet>
  );
}

async function copy(text: string, say: (words: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say("The address is copied.");
  } catch {
    say("It could not be copied: mark the address and copy it yourself.");
  }
}
