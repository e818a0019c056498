/** The map for every room: a box that loads the drawn map when it is first shown. The room puts the
 *  list of the same things beside it; nothing is to be had from the map alone. */
import "./pane.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Reference } from "../api/types";
import { boxAround } from "./box";
import type { LiveMap } from "./maplibre";
import type { Box, MapProps } from "./types";

export { boxAround, boxText } from "./box";
export type { Box, MapCell, MapPoint, MapProps, MapView, PointState } from "./types";

const DARK_WISH = "(prefers-color-scheme: dark)";
/** The whole of Great Britain, where nothing better is known. */
const ANYWHERE: Box = [-8, 49.8, 2, 59];

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia(DARK_WISH).matches;
}

function firstBox(props: MapProps, map: Reference["map"] | null): Box {
  return props.bounds ?? boxAround(props.points ?? []) ?? map?.bounds ?? ANYWHERE;
}

type State = "loading" | "ready" | "no_streets" | "failed";

const WORDS: Record<State, string> = {
  loading: "Opening the map",
  ready: "",
  no_streets: "The streets are not on this device yet. The points are right.",
  failed: "The map needs a first visit with signal. The list has the same things.",
};

type PaneProps = MapProps & { settings: Reference["map"] | null; class?: string };

/** A pane of its own for each basemap: settings that come late start a new one, and nothing of the
 *  first (what it showed, whom it told of a move) is taken for the second's. */
export function MapPane(props: PaneProps) {
  return <Pane key={props.settings?.pmtiles ?? ""} {...props} />;
}

function Pane(props: PaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const live = useRef<LiveMap | null>(null);
  const [state, setState] = useState<State>("loading");
  const { settings, points, cells, selected, marker, bounds } = props;

  useEffect(() => {
    let open = true;
    const place = box.current;
    if (!place) return;
    const start = {
      basemap: settings?.pmtiles ?? null,
      attribution: settings?.attribution ?? "",
      dark: isDark(),
      bounds: firstBox(props, settings),
      centre: props.centre ?? null,
      zoom: props.zoom ?? 16,
    };
    import("./maplibre")
      .then(({ LiveMap }) => LiveMap.open(place, start))
      .then((map) => {
        if (!open) return map.close();
        live.current = map;
        setState(map.hasStreets || !start.basemap ? "ready" : "no_streets");
      })
      .catch(() => open && setState("failed"));
    const wish = matchMedia(DARK_WISH);
    const retheme = () => live.current?.theme(isDark());
    wish.addEventListener("change", retheme);
    const sizes = new ResizeObserver(() => live.current?.resize());
    sizes.observe(place);
    return () => {
      open = false;
      wish.removeEventListener("change", retheme);
      sizes.disconnect();
      live.current?.close();
      live.current = null;
    };
  }, []);

  useEffect(() => {
    const map = live.current;
    if (!map) return;
    const { onPick, onPickCell, onTap, onMove } = props;
    map.handlers = { onPick, onPickCell, onTap, onMove };
  });
  useEffect(() => {
    live.current?.show(points ?? [], cells ?? [], selected ?? null);
    const chosen = points?.find((point) => point.id === selected);
    if (chosen) live.current?.reveal(chosen);
  }, [state, points, cells, selected]);
  useEffect(() => live.current?.mark(marker ?? null), [state, marker]);
  useEffect(() => {
    if (bounds && state !== "loading") live.current?.fit(bounds);
  }, [bounds?.join()]);
  useEffect(() => {
    if (live.current) props.onMove?.(live.current.view());
  }, [state]);

  return (
    <section class={`map-pane ${props.class ?? ""}`} aria-label={props.label}>
      <div class="map-box" ref={box} data-map={state} />
      {WORDS[state] && (
        <p class="map-words small-text" role="status">
          {WORDS[state]}
        </p>
      )}
      {settings?.attribution && <p class="map-credit">{settings.attribution}</p>}
    </section>
  );
}
