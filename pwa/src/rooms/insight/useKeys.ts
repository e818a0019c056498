import { useLayoutEffect, useRef } from "preact/hooks";

const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const TICKED = new Set(["checkbox", "radio"]);
const KEPT_AS = "sightline.single-keys";

/** Somebody who dictates, or whose keys slip, can turn single keys off, on this device. */
export function keysAreOn(): boolean {
  return localStorage.getItem(KEPT_AS) !== "off";
}

export function turnKeys(on: boolean): void {
  if (on) localStorage.removeItem(KEPT_AS);
  else localStorage.setItem(KEPT_AS, "off");
}

function isTyping(target: HTMLElement | null): boolean {
  if (!target) return false;
  if (target instanceof HTMLInputElement && TICKED.has(target.type)) return false;
  return TYPING.has(target.tagName) || target.isContentEditable;
}

/** Single-key commands of a desk screen. They rest while somebody types, while a sheet is open, and
 *  when a modifier is held, so that the browser's and the screen reader's own keys stay theirs. */
export function useKeys(keys: Record<string, () => void>): void {
  // The newest commands count as soon as they are drawn: plain effects come a frame later, and somebody who
  // walks a list quickly presses sooner than that.
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement | null;
      if (isTyping(target) || !keysAreOn() || document.querySelector("dialog[open]")) return;
      const command = latest.current[event.key];
      if (!command) return;
      event.preventDefault();
      command();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
