import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./Button";

/** A question on top of the screen: from below on a phone, in the middle at a desk. The browser's
 *  own dialog keeps focus inside, closes on Escape and gives focus back. */
export function Sheet(props: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Wider at the desk (photos, tables). */
  wide?: boolean | undefined;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (props.open && !element.open) element.showModal();
    if (!props.open && element.open) element.close();
  }, [props.open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes a dialog with Escape
    <dialog
      ref={dialog}
      class={props.wide ? "sheet sheet-wide" : "sheet"}
      aria-labelledby={id}
      onClose={props.onClose}
      onClick={(event) => event.target === dialog.current && props.onClose()}
    >
      {props.open && (
        <div class="sheet-inside">
          <div class="row-apart sheet-head">
            <h2 id={id}>{props.title}</h2>
            <Button kind="quiet" icon="close" iconOnly onClick={props.onClose}>
              Close
            </Button>
          </div>
          {props.children}
        </div>
      )}
    </dialog>
  );
}
