import { defineConfig } from "vitest/config";

const conditions = ["shoal-source", "import", "module", "node", "default"];

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
