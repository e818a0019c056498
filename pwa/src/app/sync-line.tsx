/** The one line at the top of a phone screen: what is sent, what waits, and why. */
import { serverNow, syncState } from "../sync";
import { agoInWords, Icon, type IconName } from "../ui";
import { syncWords } from "./sync-words";

const ICONS: Record<string, IconName> = {
  good: "sent",
  busy: "outbox",
  waiting: "phone",
  offline: "offline",
  needs_you: "warning",
};

export function SyncLine() {
  const now = serverNow();
  const heard = syncState.value.heard_at;
  const line = syncWords(syncState.value, heard ? agoInWords(heard, now) : null);
  return (
    <a class={`sync-line sync-${line.tone}`} href={line.href}>
      <Icon name={ICONS[line.tone] ?? "info"} />
      <span role="status">{line.words}</span>
    </a>
  );
}
