/** The one line at the top of a phone screen: what is sent, what waits, and why. */
import { serverNow, syncState } from "../sync";
import { agoInWords, Icon, type IconName, useNow } from "../ui";
import { syncWords } from "./sync-words";

const ICONS: Record<string, IconName> = {
  good: "sent",
  busy: "outbox",
  waiting: "phone",
  offline: "offline",
  needs_you: "warning",
};

/** Always there, always as tall, and read out when it changes. */
export function SyncLine() {
  useNow();
  const now = serverNow();
  const heard = syncState.value.heard_at;
  const line = syncWords(syncState.value, heard ? agoInWords(heard, now) : null, now);
  return (
    <a class={`sync-line sync-${line.tone}`} href={line.href}>
      <Icon name={ICONS[line.tone] ?? "info"} />
      <span role="status" aria-live="polite">
        {line.words}
      </span>
    </a>
  );
}
