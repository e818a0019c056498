import { defineConfig } from "vitest/config";

/** For `npm run record` alone: see record.spec.ts. */
export default defineConfig({ test: { include: ["build/record.spec.ts"], environment: "node" } });
