import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Few enough that drawing them takes a slow phone less than two frames. */
const CHUNK = 3;
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

/** A few items; drawn while they are near the screen, else only as tall as they were. */
function Chunk(props: { count: number; first: boolean; estimatePx: number; children: () => ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null);
  const height = useRef(props.count * (props.estimatePx + GAP_PX) - GAP_PX);
  const [near, setNear] = useState(props.first);
  useEffect(() => {
    const own = element.current;
    if (!own) return;
    return watch(own, (isNear, heightPx) => {
      // What has the focus stays, or the keyboard would lose its place.
      if (!isNear && own.contains(document.activeElement)) return;
      if (!isNear && own.childElementCount > 0) height.current = heightPx;
      setNear(isNear);
    });
  }, []);
  return (
    <div
      ref={element}
      role="presentation"
      class="long-list-part"
      style={near ? undefined : { height: `${height.current}px` }}
    >
      {near ? props.children() : null}
    </div>
  );
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
  const starts = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) => index * CHUNK);
  if (items.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a ul may not hold the parts that stand between
    <div role="list" class="long-list" aria-label={props.label}>
      {starts.map((start) => (
        <Chunk
          key={start}
          first={start < 2 * CHUNK}
          count={Math.min(CHUNK, items.length - start)}
          estimatePx={estimatePx}
        >
          {() =>
            items.slice(start, start + CHUNK).map((item, index) => (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <div key={keyOf(item)} role="listitem" aria-setsize={items.length} aria-posinset={start + index + 1}>
                {props.children(item)}
              </div>
            ))
          }
        </Chunk>
      ))}
    </div>
  );
}
