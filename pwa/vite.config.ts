import { defineConfig } from "vitest/config";
import { budget } from "./build/budget.ts";
import { precache } from "./build/precache.ts";
import { workerAlone } from "./build/worker-alone.ts";

/** Where the Django server answers while `npm run dev` serves the screens. */
const server = process.env.SIGHTLINE_WEB ?? "http://127.0.0.1:8400";

const target = ["chrome107", "safari16", "firefox110"];

export default defineConfig({
  // The service worker's address must never change, or a phone would keep the old one: sw.js.
  plugins: [workerAlone({ input: "src/sw.ts", target }), precache(), budget({ limitBytes: 45_000 })],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target,
    outDir: "dist",
    assetsDir: "assets",
    sourcemap: false,
    // The drawn map is larger than the rest together, and loaded only when a map opens.
    chunkSizeWarningLimit: 1_200,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { app: "index.html" },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": server, "/basemap": server } },
  test: { include: ["src/**/*.test.ts", "build/**/*.test.ts"], environment: "node" },
});
