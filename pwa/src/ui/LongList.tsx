import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Few enough that drawing them takes a slow phone less than two frames. */
const CHUNK = 3;
/** Items of one block: a block that is far away is one empty box, so that few boxes are watched and laid out. */
const BLOCK = 12 * CHUNK;
const GAP_PX = 12;
/** How far outside the screen a part of the list is drawn already. */
const AHEAD_PX = 1_200;

type Seen = (near: boolean, heightPx: number) => void;
const watched = new WeakMap<Element, Seen>();
let observer: IntersectionObserver | null = null;

function watch(element: Element, seen: Seen): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting, entry.boundingClientRect.height);
    },
    { rootMargin: `${AHEAD_PX}px 0px` },
  );
  watched.set(element, seen);
  observer.observe(element);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}

interface PartProps {
  /** Its first item. */
  start: number;
  count: number;
  estimatePx: number;
  /** Heights that parts had when they were last drawn, by kind and first item. */
  heights: Map<string, number>;
  kind: "block" | "chunk";
  children: () => ComponentChildren;
}

/** Some of the items; drawn while they are near the screen, else only as tall as they were. */
function Part({ start, count, estimatePx, heights, kind, children }: PartProps) {
  const element = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(start < 2 * CHUNK);
  const key = kind + start;
  useEffect(() => {
    const own = element.current;
    if (!own) return;
    return watch(own, (isNear, heightPx) => {
      // What has the focus stays, or the keyboard would lose its place.
      if (!isNear && own.contains(document.activeElement)) return;
      if (!isNear && own.childElementCount > 0) heights.set(key, heightPx);
      setNear(isNear);
    });
  }, [heights, key]);
  const height = heights.get(key) ?? count * (estimatePx + GAP_PX) - GAP_PX;
  return (
    <div ref={element} role="presentation" class="long-list-part" style={near ? undefined : { height: `${height}px` }}>
      {near ? children() : null}
    </div>
  );
}

/** The first items of parts of `size`, from `from` until `until`. */
function startsOf(from: number, until: number, size: number): number[] {
  return Array.from({ length: Math.ceil((until - from) / size) }, (_, index) => from + index * size);
}

/**
 * A list of any length of which only what is near the screen is drawn, so that a thousand entries
 * scroll as easily as ten. `estimatePx` is the usual height of one.
 */
export function LongList<Item>(props: {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  estimatePx: number;
  label?: string | undefined;
  children: (item: Item) => VNode;
}) {
  const { items, keyOf, estimatePx } = props;
  const heights = useRef(new Map<string, number>()).current;
  if (items.length === 0) return null;
  const part = (
    kind: PartProps["kind"],
    start: number,
    until: number,
    children: (end: number) => ComponentChildren,
  ) => {
    const end = Math.min(until, start + (kind === "block" ? BLOCK : CHUNK));
    const rest = { start, kind, heights, estimatePx, count: end - start };
    return (
      <Part key={start} {...rest}>
        {() => children(end)}
      </Part>
    );
  };
  const entry = (item: Item, index: number) => (
    // biome-ignore lint/a11y/useSemanticElements: a ul may not hold the parts that stand between
    <div key={keyOf(item)} role="listitem" aria-setsize={items.length} aria-posinset={index + 1}>
      {props.children(item)}
    </div>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div role="list" class="long-list" aria-label={props.label}>
      {startsOf(0, items.length, BLOCK).map((block) =>
        part("block", block, items.length, (blockEnd) =>
          startsOf(block, blockEnd, CHUNK).map((chunk) =>
            part("chunk", chunk, blockEnd, (end) =>
              items.slice(chunk, end).map((item, index) => entry(item, chunk + index)),
            ),
          ),
        ),
      )}
    </div>
  );
}
