import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

export interface Palette {
  sea: string;
  land: string;
  green: string;
  building: string;
  buildingEdge: string;
  road: string;
  roadEdge: string;
  rail: string;
  boundary: string;
  ink: string;
  halo: string;
  accent: string;
  onAccent: string;
  late: string;
  risk: string;
  good: string;
}

export const LIGHT: Palette = {
  sea: "#c9d9e2",
  land: "#f1f2ee",
  green: "#d6e5d0",
  building: "#dfddd6",
  buildingEdge: "#c6c3b8",
  road: "#ffffff",
  roadEdge: "#b9bdc0",
  rail: "#8f959a",
  boundary: "#8d84a8",
  ink: "#2b333b",
  halo: "#ffffff",
  accent: "#25358f",
  onAccent: "#ffffff",
  late: "#8c1016",
  risk: "#8a5200",
  good: "#0b4f2c",
};

export const DARK: Palette = {
  sea: "#0b141c",
  land: "#171d22",
  green: "#1a2a20",
  building: "#252d34",
  buildingEdge: "#36414a",
  road: "#3a444d",
  roadEdge: "#10151a",
  rail: "#66717b",
  boundary: "#7a7199",
  ink: "#dfe6eb",
  halo: "#10151a",
  accent: "#b9c5ff",
  onAccent: "#0d1440",
  late: "#ff9d95",
  risk: "#ffd591",
  good: "#9fe3b8",
};

/** Names that basemaps give to the same thing: docs/maps.md's first, then Protomaps'. */
const NAMES = {
  land: ["land", "earth"],
  green: ["green", "landuse", "landcover"],
  water: ["water"],
  buildings: ["building", "buildings"],
  roads: ["road", "roads"],
  boundaries: ["boundary", "boundaries"],
  places: ["place", "places"],
} as const;

/** A road's class, whatever the basemap calls that property. */
const CLASS: ExpressionSpecification = ["coalesce", ["get", "class"], ["get", "kind"], ""];
const NAME: ExpressionSpecification = ["coalesce", ["get", "name"], ""];
const one = (...classes: string[]): ExpressionSpecification => ["in", CLASS, ["literal", classes]];
const MAIN = one("primary", "secondary", "major_road", "highway");
const SMALL = one("alley", "path", "other");
const RAIL = one("rail");
/** Of the layers that hold all kinds of land, the kinds that are green. */
const GREEN = one(
  "park",
  "estate",
  "grass",
  "grassland",
  "forest",
  "wood",
  "meadow",
  "garden",
  "cemetery",
  "pitch",
  "playground",
  "recreation_ground",
  "nature_reserve",
);

function width(scale: number): ExpressionSpecification {
  const at = (main: number, street: number, small: number): ExpressionSpecification => [
    "case",
    MAIN,
    main * scale,
    SMALL,
    small * scale,
    street * scale,
  ];
  return [
    "interpolate",
    ["exponential", 1.6],
    ["zoom"],
    11,
    at(2, 0.8, 0.3),
    14,
    at(5, 3, 1),
    17,
    at(16, 11, 3),
    19,
    at(42, 30, 8),
  ];
}

const FONT = ["Atkinson Hyperlegible", "sans-serif"];

/** Layers for whichever of the basemap's own layers there are. `present` are their names. */
function layers(present: ReadonlySet<string>, colour: Palette): LayerSpecification[] {
  const made: LayerSpecification[] = [];
  const each = (what: keyof typeof NAMES, draw: (layer: string) => LayerSpecification[]) => {
    for (const name of NAMES[what]) if (present.has(name)) made.push(...draw(name));
  };
  const base = (layer: string, part: string) => ({ id: `${layer}-${part}`, source: "base", "source-layer": layer });
  each("land", (name) => [{ ...base(name, "fill"), type: "fill", paint: { "fill-color": colour.land } }]);
  each("green", (name) => [
    { ...base(name, "fill"), type: "fill", filter: GREEN, paint: { "fill-color": colour.green } },
  ]);
  each("water", (name) => [
    {
      ...base(name, "fill"),
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour.sea },
    },
    {
      ...base(name, "line"),
      type: "line",
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": colour.sea, "line-width": ["interpolate", ["linear"], ["zoom"], 13, 1.5, 18, 8] },
    },
  ]);
  each("buildings", (name) => [
    {
      ...base(name, "fill"),
      type: "fill",
      minzoom: 13,
      paint: { "fill-color": colour.building, "fill-outline-color": colour.buildingEdge },
    },
  ]);
  each("roads", (name) => [
    {
      ...base(name, "edge"),
      type: "line",
      filter: ["!", RAIL],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour.roadEdge, "line-width": width(1.25) },
    },
    {
      ...base(name, "line"),
      type: "line",
      filter: ["!", RAIL],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour.road, "line-width": width(1) },
    },
    {
      ...base(name, "rail"),
      type: "line",
      filter: RAIL,
      paint: { "line-color": colour.rail, "line-width": 2, "line-dasharray": [4, 2] },
    },
  ]);
  each("boundaries", (name) => [
    {
      ...base(name, "line"),
      type: "line",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour.boundary, "line-width": 1.5, "line-dasharray": [4, 3], "line-opacity": 0.7 },
    },
  ]);
  return made;
}

function labels(present: ReadonlySet<string>, colour: Palette): LayerSpecification[] {
  const made: LayerSpecification[] = [];
  const paint = { "text-color": colour.ink, "text-halo-color": colour.halo, "text-halo-width": 1.6 };
  for (const name of NAMES.roads) {
    if (!present.has(name)) continue;
    made.push({
      id: `${name}-label`,
      type: "symbol",
      source: "base",
      "source-layer": name,
      minzoom: 14,
      layout: {
        "symbol-placement": "line",
        "text-field": NAME,
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 18, 15],
      },
      paint,
    });
  }
  for (const name of NAMES.places) {
    if (!present.has(name)) continue;
    made.push({
      id: `${name}-label`,
      type: "symbol",
      source: "base",
      "source-layer": name,
      maxzoom: 16,
      layout: { "text-field": NAME, "text-font": FONT, "text-size": 14, "text-max-width": 8 },
      paint,
    });
  }
  return made;
}

const SHAPE: ExpressionSpecification = ["concat", "point-", ["get", "state"]];

/** The things of ours, drawn above the streets. Shape and colour both say the state. */
function ours(colour: Palette): LayerSpecification[] {
  return [
    {
      id: "cells-fill",
      type: "fill",
      source: "cells",
      paint: { "fill-color": colour.late, "fill-opacity": ["+", 0.12, ["*", 0.5, ["get", "weight"]]] },
    },
    {
      id: "cells-line",
      type: "line",
      source: "cells",
      paint: {
        "line-color": ["case", ["get", "selected"], colour.accent, colour.late],
        "line-width": ["case", ["get", "selected"], 4, 1],
      },
    },
    {
      id: "points-selected",
      type: "circle",
      source: "points",
      filter: ["get", "selected"],
      paint: {
        "circle-radius": 17,
        "circle-color": colour.accent,
        "circle-opacity": 0.25,
        "circle-stroke-color": colour.accent,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "points",
      type: "symbol",
      source: "points",
      layout: {
        "icon-image": SHAPE,
        "icon-allow-overlap": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.55, 15, 1],
        "symbol-sort-key": ["match", ["get", "state"], "late", 3, "at_risk", 2, "done", 0, 1],
      },
    },
  ];
}

const NOTHING = { type: "FeatureCollection" as const, features: [] };

/** The whole style. `basemap` is a pmtiles:// address, or null where the operator has none. */
export function mapStyle(
  basemap: string | null,
  present: ReadonlySet<string>,
  attribution: string,
  dark: boolean,
): StyleSpecification {
  const colour = dark ? DARK : LIGHT;
  const hasLand = NAMES.land.some((name) => present.has(name));
  return {
    version: 8,
    sources: {
      ...(basemap ? { base: { type: "vector" as const, url: basemap, attribution } } : {}),
      points: { type: "geojson", data: NOTHING },
      cells: { type: "geojson", data: NOTHING },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": hasLand ? colour.sea : colour.land } },
      ...(basemap ? layers(present, colour) : []),
      ...ours(colour).slice(0, 2),
      ...(basemap ? labels(present, colour) : []),
      ...ours(colour).slice(2),
    ],
  };
}
