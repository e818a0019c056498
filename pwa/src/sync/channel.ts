/** Tells other open windows of the app that the phone's database changed. */
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sightline");

export function tellOtherTabs(): void {
  channel?.postMessage("changed");
}

export function onOtherTabs(reload: () => void): void {
  channel?.addEventListener("message", reload);
}
