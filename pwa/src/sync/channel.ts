/** Tells other open windows of the app that the phone's database changed. */
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sightline");

export function tellOtherTabs(): void {
  channel?.postMessage("changed");
}

const GATHER_MS = 500;

/** Calls `reload` after others changed something; once for many changes in a row. */
export function onOtherTabs(reload: () => void): void {
  let gathering = false;
  channel?.addEventListener("message", () => {
    if (gathering) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      reload();
    }, GATHER_MS);
  });
}
