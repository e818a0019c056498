import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rollup } from "vite";

/** The drawn map is big: a phone fetches it (and keeps it) when a map is first opened. */
const MAP_PARTS = /maplibre|pmtiles/i;

interface Bundle {
  [name: string]: Rollup.OutputAsset | Rollup.OutputChunk;
}

/** Files that only the drawn map needs: its chunk, its worker, its styles. */
function mapFiles(bundle: Bundle): Set<string> {
  const found = new Set<string>();
  for (const [name, output] of Object.entries(bundle)) {
    if (MAP_PARTS.test(name)) found.add(name);
    if (output.type !== "chunk" || !output.moduleIds.some((id) => MAP_PARTS.test(id))) continue;
    found.add(name);
    for (const styles of output.viteMetadata?.importedCss ?? []) found.add(styles);
    for (const asset of output.viteMetadata?.importedAssets ?? []) found.add(asset);
  }
  return found;
}

function publicFiles(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? publicFiles(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  );
}

/**
 * Writes the list of files that make up the app into the service worker, with a version that
 * changes when any of them does. It replaces the words `__SHELL_FILES__` and `__SHELL_VERSION__`
 * in sw.js; the build stops if they are not there, for then nobody could start offline.
 */
export function precache(): Plugin {
  let root = process.cwd();
  return {
    name: "sightline-precache",
    apply: "build",
    configResolved(config) {
      root = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "asset") throw new Error("the build made no sw.js");
        const hash = createHash("sha256");
        const files: string[] = [];
        const later = mapFiles(bundle);
        for (const [name, output] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
          if (name === "sw.js" || name.endsWith(".map") || later.has(name)) continue;
          files.push(name === "index.html" ? "/" : `/${name}`);
          hash.update(name).update(output.type === "chunk" ? output.code : output.source);
        }
        for (const name of publicFiles(root).sort()) {
          files.push(`/${name}`);
          hash.update(name).update(readFileSync(join(root, name)));
        }
        if (!files.includes("/")) files.unshift("/");
        const before = String(worker.source);
        hash.update(before);
        const version = hash.digest("hex").slice(0, 16);
        const code = before
          .replace(/__SHELL_FILES__/, JSON.stringify(files))
          .replace(/__SHELL_VERSION__/, JSON.stringify(version));
        if (code.includes("__SHELL_") || code === before) {
          throw new Error("sw.js lost its place for the list of files");
        }
        worker.source = code;
      },
    },
  };
}
