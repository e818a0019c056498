import { build, type Plugin, type Rollup } from "vite";

interface Options {
  /** The service worker's source. */
  input: string;
  target: string[];
}

/**
 * Builds the service worker by itself into one file, sw.js. Built together with the app it would
 * share parts with it and import them; but it has to stand alone, so that a phone that has it has
 * all of it. It carries its own copy of the sender and the store.
 */
export function workerAlone({ input, target }: Options): Plugin {
  return {
    name: "sightline-worker-alone",
    apply: "build",
    async buildStart() {
      const built = (await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        build: {
          write: false,
          target,
          modulePreload: false,
          rollupOptions: { input, output: { format: "es", entryFileNames: "sw.js", codeSplitting: false } },
        },
      })) as Rollup.RollupOutput;
      const [worker, ...others] = built.output;
      if (others.length > 0 || worker.imports.length + worker.dynamicImports.length > 0) {
        throw new Error(`sw.js must stand alone, but comes with ${[...others, ...worker.imports].length} other files`);
      }
      this.emitFile({ type: "asset", fileName: "sw.js", source: worker.code });
    },
  };
}
