/** The basemap: a PMTiles file of our own server, read in the pieces that are shown. The service
 *  worker keeps a small one whole, so the second visit has streets without any signal. */
import { FetchSource, PMTiles } from "pmtiles";

export interface Basemap {
  archive: PMTiles;
  /** Names of the layers inside. */
  layers: ReadonlySet<string>;
}

const opened = new Map<string, Promise<Basemap>>();

async function open(address: string): Promise<Basemap> {
  const archive = new PMTiles(new FetchSource(address));
  const facts = (await archive.getMetadata()) as { vector_layers?: { id: string }[] };
  return { archive, layers: new Set((facts.vector_layers ?? []).map((layer) => layer.id)) };
}

/** Opens the basemap at a path of our own server. Rejects where it can't be had now. */
export function openBasemap(path: string): Promise<Basemap> {
  const address = new URL(path, location.origin).href;
  const known = opened.get(address);
  if (known) return known;
  const opening = open(address);
  opened.set(address, opening);
  opening.catch(() => opened.delete(address));
  return opening;
}
