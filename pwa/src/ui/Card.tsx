import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

interface CardProps {
  /** When given, the whole card is one link. */
  href?: string | undefined;
  tone?: "plain" | "late" | "risk" | "good" | "busy" | undefined;
  class?: string | undefined;
  children: ComponentChildren;
}

export function Card({ href, tone = "plain", class: extra, children }: CardProps) {
  const name = ["card", tone !== "plain" && `card-${tone}`, extra].filter(Boolean).join(" ");
  if (href) {
    return (
      <a class={`${name} card-link`} href={href}>
        {children}
      </a>
    );
  }
  return <div class={name}>{children}</div>;
}

/** A heading with what stands beside it. */
export function Section(props: {
  title: string;
  aside?: ComponentChildren;
  level?: 2 | 3;
  children: ComponentChildren;
}) {
  const Heading = props.level === 3 ? "h3" : "h2";
  return (
    <section class="section">
      <div class="row-apart">
        <Heading>{props.title}</Heading>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** What will be here, and how it gets here. */
export function Empty(props: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon ?? "list"} size="2.2rem" />
      <p class="empty-title">{props.title}</p>
      {props.children && <div class="quiet-text">{props.children}</div>}
    </div>
  );
}

/** One label and its value; a list of these is a `<dl class="facts">`. */
export function Fact(props: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
