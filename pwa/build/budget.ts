import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Options {
  /** Largest allowed size of the first-load JavaScript, gzipped. */
  limitBytes: number;
}

/**
 * Fails the build when what a phone must load before the first screen (the entry and everything
 * it imports statically; the map and the other rooms are loaded later) outgrows its budget.
 */
export function budget({ limitBytes }: Options): Plugin {
  return {
    name: "sightline-budget",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const entry = Object.values(bundle).find(
          (output) => output.type === "chunk" && output.isEntry && output.name === "app",
        );
        if (entry?.type !== "chunk") throw new Error("the build made no app entry");
        const seen = new Set<string>();
        const waiting = [entry.fileName];
        let total = 0;
        for (let name = waiting.pop(); name; name = waiting.pop()) {
          const chunk = bundle[name];
          if (seen.has(name) || chunk?.type !== "chunk") continue;
          seen.add(name);
          total += gzipSync(chunk.code, { level: 9 }).length;
          waiting.push(...chunk.imports);
        }
        const words = `first-load JavaScript: ${(total / 1000).toFixed(1)} kB gzipped in ${seen.size} files, at most ${limitBytes / 1000} kB`;
        if (total > limitBytes) throw new Error(words);
        this.info(words);
      },
    },
  };
}
