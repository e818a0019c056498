/** The drawn map: MapLibre, its worker and the basemap. A chunk of its own, loaded when a map opens. */
import "maplibre-gl/dist/maplibre-gl.css";
import {
  addProtocol,
  Map as DrawnMap,
  type GeoJSONSource,
  type MapLayerMouseEvent,
  Marker,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Protocol } from "pmtiles";
import type { Point } from "../api/types";
import { openBasemap } from "./basemap";
import { pointShapes } from "./shapes";
import { DARK, LIGHT, mapStyle } from "./style";
import type { Box, MapCell, MapPoint, MapView } from "./types";

setWorkerUrl(workerUrl);
const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

export interface Handlers {
  onPick?: ((id: string) => void) | undefined;
  onPickCell?: ((key: string) => void) | undefined;
  onTap?: ((point: Point) => void) | undefined;
  onMove?: ((view: MapView) => void) | undefined;
}

interface Start {
  basemap: string | null;
  attribution: string;
  dark: boolean;
  bounds: Box;
  centre: Point | null;
  zoom: number;
}

export class LiveMap {
  private marker: Marker | null = null;
  private points: readonly MapPoint[] = [];
  private cells: readonly MapCell[] = [];
  private selected: string | null = null;
  handlers: Handlers = {};

  private constructor(
    private readonly map: DrawnMap,
    private readonly start: Start,
    private readonly layers: ReadonlySet<string>,
    /** False where the basemap could not be had: the points stand on plain ground. */
    readonly hasStreets: boolean,
  ) {}

  /** Draws into `box`. Resolves once the style stands; never rejects for a missing basemap. */
  static async open(box: HTMLElement, start: Start): Promise<LiveMap> {
    const base = start.basemap ? await openBasemap(start.basemap).catch(() => null) : null;
    if (base) protocol.add(base.archive);
    const layers = base?.layers ?? new Set<string>();
    const source = base ? `pmtiles://${base.archive.source.getKey()}` : null;
    const map = new DrawnMap({
      container: box,
      style: mapStyle(source, layers, start.attribution, start.dark),
      ...(start.centre
        ? { center: [start.centre.longitude, start.centre.latitude], zoom: start.zoom }
        : { bounds: start.bounds }),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 100 }), "bottom-left");
    const live = new LiveMap(map, start, layers, base !== null);
    live.listen();
    await new Promise<void>((ready) => map.once("style.load", () => ready()));
    live.dress(start.dark);
    return live;
  }

  private listen(): void {
    const { map } = this;
    const id = (event: MapLayerMouseEvent) => String(event.features?.[0]?.properties.id ?? "");
    let taken = false;
    map.on("click", "points", (event) => {
      taken = true;
      this.handlers.onPick?.(id(event));
    });
    map.on("click", "cells-fill", (event) => {
      if (!taken) this.handlers.onPickCell?.(id(event));
      taken = true;
    });
    map.on("click", (event) => {
      if (!taken) this.handlers.onTap?.({ longitude: event.lngLat.lng, latitude: event.lngLat.lat });
      taken = false;
    });
    map.on("moveend", () => this.handlers.onMove?.(this.view()));
    for (const layer of ["points", "cells-fill"]) {
      map.on("mouseenter", layer, () => {
        map.getCanvas().style.cursor = "pointer";
      });
      map.on("mouseleave", layer, () => {
        map.getCanvas().style.cursor = "";
      });
    }
  }

  private dress(dark: boolean): void {
    for (const shape of pointShapes(dark ? DARK : LIGHT)) {
      if (this.map.hasImage(shape.name)) this.map.removeImage(shape.name);
      this.map.addImage(shape.name, shape.data, { pixelRatio: shape.ratio });
    }
    this.draw();
  }

  /** Changes between day and night, keeping what is shown. */
  theme(dark: boolean): void {
    const source = this.map.getSource("base") as { url?: string } | undefined;
    const style = mapStyle(source?.url ?? null, this.layers, this.start.attribution, dark);
    this.map.once("style.load", () => this.dress(dark));
    this.map.setStyle(style, { diff: false });
  }

  show(points: readonly MapPoint[], cells: readonly MapCell[], selected: string | null): void {
    this.points = points;
    this.cells = cells;
    this.selected = selected;
    this.draw();
  }

  private draw(): void {
    const points = this.map.getSource<GeoJSONSource>("points");
    const cells = this.map.getSource<GeoJSONSource>("cells");
    points?.setData({
      type: "FeatureCollection",
      features: this.points.map((point) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [point.longitude, point.latitude] },
        properties: { id: point.id, state: point.state, selected: point.id === this.selected },
      })),
    });
    cells?.setData({
      type: "FeatureCollection",
      features: this.cells.map((cell) => ({
        type: "Feature",
        geometry: cell.boundary,
        properties: { id: cell.key, weight: cell.weight, selected: cell.key === this.selected },
      })),
    });
  }

  mark(point: Point | null): void {
    if (!point) {
      this.marker?.remove();
      this.marker = null;
      return;
    }
    this.marker ??= new Marker({ color: this.start.dark ? DARK.accent : LIGHT.accent });
    this.marker.setLngLat([point.longitude, point.latitude]).addTo(this.map);
  }

  fit(bounds: Box): void {
    this.map.fitBounds(bounds, { maxZoom: 17, duration: still() ? 0 : 300 });
  }

  /** Brings a point into sight without a jump when it is there already. */
  reveal(point: Point): void {
    const at: [number, number] = [point.longitude, point.latitude];
    if (!this.map.getBounds().contains(at)) this.map.easeTo({ center: at, duration: still() ? 0 : 250 });
  }

  view(): MapView {
    const box = this.map.getBounds();
    const middle = this.map.getCenter();
    return {
      bbox: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()],
      zoom: this.map.getZoom(),
      centre: { longitude: middle.lng, latitude: middle.lat },
    };
  }

  resize(): void {
    this.map.resize();
  }

  close(): void {
    this.map.remove();
  }
}

function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
