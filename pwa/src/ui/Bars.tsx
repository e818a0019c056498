import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

/** The head of a screen: where one is, the way back, and (under it) one line of state. */
export function TopBar(props: {
  title: string;
  back?: string | undefined;
  backLabel?: string | undefined;
  /** One line under the title: what is sent, how old this is. */
  status?: ComponentChildren;
  /** At most two small actions at the right. */
  children?: ComponentChildren;
}) {
  return (
    <header class="top-bar">
      <div class="top-bar-row">
        {props.back && (
          <a class="top-bar-back" href={props.back}>
            <Icon name="back" size="1.5em" />
            <span class="sr-only">{props.backLabel ?? "Back"}</span>
          </a>
        )}
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.children && <div class="top-bar-actions">{props.children}</div>}
      </div>
      {props.status && <div class="top-bar-status">{props.status}</div>}
    </header>
  );
}

export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
  current?: boolean | undefined;
  /** Waiting things; 0 shows nothing. */
  count?: number | undefined;
}

function Item({ item, name }: { item: NavItem; name: string }) {
  return (
    <a class={name} href={item.href} aria-current={item.current ? "page" : undefined}>
      <span class="nav-icon">
        <Icon name={item.icon} size="1.4em" />
      </span>
      <span class="nav-label">{item.label}</span>
      {item.count ? (
        <span class="nav-count tabular">
          {item.count}
          <span class="sr-only"> waiting</span>
        </span>
      ) : null}
    </a>
  );
}

/** The phone's tabs, at the foot of the screen. */
export function BottomBar(props: { items: readonly NavItem[]; label?: string }) {
  return (
    <nav class="bottom-bar" aria-label={props.label ?? "Main"}>
      {props.items.map((item) => (
        <Item key={item.href} item={item} name="bottom-bar-item" />
      ))}
    </nav>
  );
}

/** The desk's rail, at the left. */
export function RailNav(props: {
  items: readonly NavItem[];
  label?: string;
  brand?: string;
  /** Who is signed in, the way to their account. */
  foot?: ComponentChildren;
}) {
  return (
    <nav class="rail" aria-label={props.label ?? "Main"}>
      <div class="rail-brand">
        <Icon name="eye" size="1.5em" />
        <span>{props.brand ?? "Sightline"}</span>
      </div>
      <div class="rail-items">
        {props.items.map((item) => (
          <Item key={item.href} item={item} name="rail-item" />
        ))}
      </div>
      {props.foot && <div class="rail-foot">{props.foot}</div>}
    </nav>
  );
}
