import { defineConfig } from "vitest/config";

// Not `import`: Vitest starts its workers with `-C` for each of these, and Node's require() would then load what packages
// have for import. Vite adds `import` itself, where it resolves.
const conditions = ["shoal-source", "node"];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

export default defineConfig({
  test: {
    // Two cores, and tests that start whole fleets: more workers only make each other late.
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "web/src/**/*.test.ts",
            "sim/**/*.test.ts",
            "tools/**/*.test.ts",
            "examples/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/dist/**"],
          testTimeout: 30_000,
          execArgv: ["-C", "shoal-source"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          globalSetup: ["test/support/packed.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A second, the default, is short for a fleet on a busy machine.
          expect: { poll: { timeout: 30_000 } },
          execArgv: ["-C", "shoal-source"],
          // One fleet at a time: they would only make each other late.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
