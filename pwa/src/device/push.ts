/** Notifications of this browser: whether it can, whether it does, on and off. */
import { isApple, isInstalled } from "./install";

export type PushState =
  /** This browser has no notifications. */
  | "unsupported"
  /** An iPhone: only from the home screen. */
  | "install_first"
  /** The person or the phone said no; only the browser's settings can change it. */
  | "denied"
  | "off"
  | "on";

/** What the server needs to reach this browser. */
export interface PushAddress {
  endpoint: string;
  p256dh: string;
  auth: string;
}

function supported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

async function subscription(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

export async function pushState(): Promise<PushState> {
  if (!supported()) return isApple() && !isInstalled() ? "install_first" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && (await subscription()) ? "on" : "off";
}

/** Where this browser takes notifications now, or null. */
export async function pushEndpoint(): Promise<string | null> {
  return supported() ? ((await subscription())?.endpoint ?? null) : null;
}

export function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/**
 * Asks the person, then the browser. Null where either says no. An older subscription for another key
 * of the server makes way. Rejects where the browser can't reach its push service.
 */
export async function subscribe(key: string): Promise<PushAddress | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const worker = await navigator.serviceWorker.ready;
  const asked = { userVisibleOnly: true, applicationServerKey: keyBytes(key) };
  let made: PushSubscription;
  try {
    made = await worker.pushManager.subscribe(asked);
  } catch (error) {
    if ((error as DOMException).name !== "InvalidStateError") throw error;
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    made = await worker.pushManager.subscribe(asked);
  }
  const { endpoint, keys } = made.toJSON();
  return { endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" };
}

export async function unsubscribe(): Promise<void> {
  await (await subscription())?.unsubscribe();
}
