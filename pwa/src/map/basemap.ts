/** The basemap on the phone: read piece by piece at first, kept whole when it is small enough, so
 *  that the second visit has streets without any signal. */
import { FetchSource, PMTiles, type RangeResponse, type Source } from "pmtiles";

/** Must survive the service worker's clean-up of old versions; see sw.ts. */
const KEPT = "sightline-basemap";
const KEEP_AT_MOST_BYTES = 24_000_000;

class KeptSource implements Source {
  constructor(
    private readonly address: string,
    private readonly bytes: ArrayBuffer,
  ) {}
  getKey(): string {
    return this.address;
  }
  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    return { data: this.bytes.slice(offset, offset + length) };
  }
}

async function kept(address: string): Promise<Response | undefined> {
  try {
    return await (await caches.open(KEPT)).match(address);
  } catch {
    return undefined;
  }
}

/** Fetches the whole file once when it is small and new; quietly gives up without signal. */
async function keep(address: string, known: string | null): Promise<void> {
  try {
    const head = await fetch(address, { method: "HEAD" });
    const size = Number(head.headers.get("Content-Length") ?? Number.POSITIVE_INFINITY);
    if (!head.ok || size > KEEP_AT_MOST_BYTES) return;
    if (known !== null && known === head.headers.get("ETag")) return;
    const whole = await fetch(address);
    if (whole.status !== 200) return;
    await (await caches.open(KEPT)).put(address, whole);
  } catch {
    // Without signal, or without room: the map goes on as it is.
  }
}

export interface Basemap {
  archive: PMTiles;
  /** Names of the layers inside. */
  layers: ReadonlySet<string>;
}

const opened = new Map<string, Promise<Basemap>>();

async function open(address: string): Promise<Basemap> {
  const copy = await kept(address);
  const source = copy ? new KeptSource(address, await copy.arrayBuffer()) : new FetchSource(address);
  const archive = new PMTiles(source);
  const facts = (await archive.getMetadata()) as { vector_layers?: { id: string }[] };
  void keep(address, copy?.headers.get("ETag") ?? null);
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
