/** Being an app on the phone: install, keep storage, a tick of the motor. */
import { signal } from "@preact/signals";

interface InstallPrompt extends Event {
  prompt(): Promise<void>;
  userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

/** The browser's own install question, when it offers one. */
export const installPrompt = signal<InstallPrompt | null>(null);

export function isInstalled(): boolean {
  const standalone = (navigator as { standalone?: boolean }).standalone === true;
  return standalone || matchMedia("(display-mode: standalone)").matches;
}

export function isApple(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent);
}

export function watchInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  addEventListener("appinstalled", () => {
    installPrompt.value = null;
  });
}

export async function install(): Promise<void> {
  const prompt = installPrompt.value;
  if (!prompt) return;
  await prompt.prompt();
  installPrompt.value = null;
}

/** Whether the browser has promised not to clear what this app keeps; null where it can't say. */
export async function storageKept(): Promise<boolean | null> {
  if (!navigator.storage?.persisted) return null;
  return navigator.storage.persisted();
}

export async function askToKeepStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}

let asked = false;

/** Asks the browser, once a run, not to clear what this app keeps; called when there is something to keep. */
export async function keepStorage(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    if (!(await navigator.storage?.persisted?.())) await askToKeepStorage();
  } catch {
    // The browser decides as it always did; what was saved is saved.
  }
}

/** Bytes in use and in all, as the browser estimates; null where it can't say. */
export async function storageSpace(): Promise<{ used: number; all: number } | null> {
  const estimate = await navigator.storage?.estimate?.();
  if (!estimate?.quota) return null;
  return { used: estimate.usage ?? 0, all: estimate.quota };
}

/** A short tick where the phone has a motor. */
export function tick(): void {
  navigator.vibrate?.(20);
}
