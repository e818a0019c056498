import type { Geometry } from "geojson";
import type { Point } from "../api/types";

/** What a point on the map stands for; each has a shape of its own, not only a colour. */
export type PointState = "late" | "at_risk" | "on_time" | "done" | "here";

export interface MapPoint extends Point {
  id: string;
  state: PointState;
  /** Said in the list beside the map and on the point's tooltip. */
  label: string;
}

/** An area drawn under the points: a ward, or a hexagon of the grid. */
export interface MapCell {
  key: string;
  name: string;
  /** 0–1: how strongly it is filled. */
  weight: number;
  boundary: Geometry;
}

export type Box = [west: number, south: number, east: number, north: number];

export interface MapView {
  bbox: Box;
  zoom: number;
  centre: Point;
}

export interface MapProps {
  /** What the map shows, for people who hear it; the list beside it has the same things. */
  label: string;
  points?: readonly MapPoint[] | undefined;
  cells?: readonly MapCell[] | undefined;
  selected?: string | null | undefined;
  /** Where the map opens; later changes move it there. */
  bounds?: Box | null | undefined;
  /** Opens here instead, close up. */
  centre?: Point | null | undefined;
  zoom?: number | undefined;
  /** A point of its own, such as the place of a report. */
  marker?: Point | null | undefined;
  onPick?: ((id: string) => void) | undefined;
  onPickCell?: ((key: string) => void) | undefined;
  /** A tap on the map itself: how a place is corrected without dragging a pin. */
  onTap?: ((point: Point) => void) | undefined;
  /** After every move, once it has come to rest. */
  onMove?: ((view: MapView) => void) | undefined;
}
