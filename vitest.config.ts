import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Not `import`: Vitest starts its workers with `-C` for each of these, and Node's require() would then load what packages
// have for import. Vite adds `import` itself, where it resolves.
const conditions = ["shoal-source", "node"];

// A commit that has passed must pass again: CI sets this to the commit, and every new one tries other cases.
const seeded = {
  find: /^fast-check$/,
  replacement: join(import.meta.dirname, "test/support/seeded-fast-check.ts"),
};
const alias = process.env["SHOAL_TEST_SEED"] ? [seeded] : [];

const shared = {
  resolve: { conditions, alias },
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
