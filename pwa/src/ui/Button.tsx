import type { ComponentChildren, TargetedMouseEvent } from "preact";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

interface Looks {
  kind?: ButtonKind | undefined;
  /** The thing to do now: 64 px tall and as wide as its place. */
  large?: boolean | undefined;
  /** As wide as its place, at the usual height. */
  wide?: boolean | undefined;
  icon?: IconName | undefined;
  /** The icon alone; `children` are then spoken, not shown. */
  iconOnly?: boolean | undefined;
  children: ComponentChildren;
}

function classes({ kind = "secondary", large, wide, iconOnly }: Looks, extra?: string): string {
  return ["button", `button-${kind}`, large && "button-large", wide && "button-wide", iconOnly && "button-icon", extra]
    .filter(Boolean)
    .join(" ");
}

function Inside({ icon, iconOnly, children }: Looks) {
  return (
    <>
      {icon && <Icon name={icon} />}
      <span class={iconOnly ? "sr-only" : undefined}>{children}</span>
    </>
  );
}

type ButtonProps = Looks & {
  type?: "button" | "submit" | undefined;
  onClick?: ((event: TargetedMouseEvent<HTMLButtonElement>) => void) | undefined;
  disabled?: boolean | undefined;
  /** Work is under way: the button stays, says so to readers, and ignores a second press. */
  busy?: boolean | undefined;
  pressed?: boolean | undefined;
  expanded?: boolean | undefined;
  describedBy?: string | undefined;
  class?: string | undefined;
};

export function Button(props: ButtonProps) {
  return (
    <button
      type={props.type ?? "button"}
      class={classes(props, props.class)}
      onClick={props.busy ? (event) => event.preventDefault() : props.onClick}
      disabled={props.disabled}
      aria-busy={props.busy}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-describedby={props.describedBy}
    >
      <Inside {...props} />
    </button>
  );
}

type LinkButtonProps = Looks & {
  href: string;
  /** Opens outside Sightline (directions, telephone). */
  outside?: boolean | undefined;
  class?: string | undefined;
};

/** A link that looks like a button: for going somewhere, not for doing something. */
export function LinkButton(props: LinkButtonProps) {
  const outside = props.outside ? { target: "_blank", rel: "noreferrer" } : {};
  return (
    <a class={classes(props, props.class)} href={props.href} {...outside}>
      <Inside {...props} />
    </a>
  );
}

/** The one place at the foot of a phone screen for the thing to do now, under the thumb. */
export function ActionBar({ children }: { children: ComponentChildren }) {
  return <div class="action-bar">{children}</div>;
}
