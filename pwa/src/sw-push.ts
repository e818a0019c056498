/**
 * Notifications: the worker opens what the push service brought (sealed for this phone alone), shows it,
 * and leads to its screen. Where somebody else is signed in by now, it shows that there are news, not which.
 */
import { ask, nameDevice } from "./api/client";
import { getMeta } from "./storage/db";

declare const self: ServiceWorkerGlobalScope;

/** What the server seals; see news/sending.py. */
interface Told {
  id: string;
  person: string;
  title: string;
  body: string;
  /** The screen that it leads to. */
  path: string;
  image?: string;
}

interface Shown extends NotificationOptions {
  image?: string;
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead((event.notification.data as { path?: string } | null)?.path ?? "/news"));
});
self.addEventListener("pushsubscriptionchange", (event) => {
  (event as ExtendableEvent).waitUntil(renew(event as SubscriptionChange));
});

interface SubscriptionChange extends ExtendableEvent {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}

function read(data: PushMessageData | null): Told | null {
  try {
    const told = data?.json() as Partial<Told> | null | undefined;
    return told && typeof told.body === "string" && typeof told.id === "string" ? (told as Told) : null;
  } catch {
    return null;
  }
}

/** A browser takes the permission away from a worker that shows nothing, so something is always shown. */
async function show(data: PushMessageData | null): Promise<void> {
  const told = read(data);
  const here = await getMeta("person").catch(() => undefined);
  const looks: Shown = { icon: "/icons/icon-192.png", badge: "/icons/icon-192.png", lang: "en-GB" };
  if (!told || here?.id !== told.person) {
    const words = { ...looks, body: "Open Sightline to see it.", tag: "news", data: { path: "/news" } };
    return self.registration.showNotification("News from Sightline", words);
  }
  // The same news twice (the first try's answer was lost) stands there once.
  const words: Shown = { ...looks, body: told.body, tag: told.id, data: { path: told.path } };
  if (told.image) words.image = told.image;
  return self.registration.showNotification(told.title, words);
}

/** To the screen, in a window of its own: a worker can't see what is being written in the others. */
async function lead(asked: string): Promise<void> {
  const url = new URL(asked, self.location.origin);
  await self.clients.openWindow(url.origin === self.location.origin ? url.pathname + url.search : "/news");
}

/** The browser has changed the phone's address or keys: the server is told, or messages would be lost. */
async function renew(event: SubscriptionChange): Promise<void> {
  const [person, deviceId] = await Promise.all([getMeta("person"), getMeta("device_id")]);
  const key = event.oldSubscription?.options.applicationServerKey;
  const fresh =
    event.newSubscription ??
    (key ? await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null);
  if (!person || !deviceId || !fresh) return;
  nameDevice(deviceId);
  const { endpoint, keys } = fresh.toJSON();
  await ask("/api/news/push", {
    method: "POST",
    person: person.id,
    json: { endpoint, p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "", device_id: deviceId },
  });
}
