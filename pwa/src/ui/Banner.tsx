import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

const LOOKS: Record<string, IconName> = {
  info: "info",
  good: "check",
  risk: "warning",
  late: "hazard",
  offline: "offline",
};

/** A sentence that matters here, with what to do. `polite` ones are read out when they appear. */
export function Banner(props: {
  kind?: "info" | "good" | "risk" | "late" | "offline" | undefined;
  title?: string | undefined;
  children?: ComponentChildren;
  /** Said by screen readers when it appears; "alert" interrupts. */
  live?: "status" | "alert" | undefined;
  icon?: IconName | undefined;
}) {
  const kind = props.kind ?? "info";
  return (
    <div class={`banner banner-${kind}`} role={props.live}>
      <Icon name={props.icon ?? LOOKS[kind] ?? "info"} size="1.4em" />
      <div class="banner-words">
        {props.title && <p class="banner-title">{props.title}</p>}
        {props.children}
      </div>
    </div>
  );
}

const SKELETON_LIMIT_MS = 300;

/** Grey lines while the first rows come; after 300 ms it says in words what is being fetched. */
export function Skeleton(props: { rows?: number | undefined; words?: string | undefined }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SKELETON_LIMIT_MS);
    return () => clearTimeout(timer);
  }, []);
  if (late) {
    return (
      <p class="skeleton-words quiet-text" role="status">
        {props.words ?? "Fetching this from the server."}
      </p>
    );
  }
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: props.rows ?? 3 }, (_, row) => (
        <div key={row} class="skeleton-row" />
      ))}
    </div>
  );
}
