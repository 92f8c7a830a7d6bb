import { defineConfig } from "vitest/config";

const conditions = ["shoal-source", "node"];

/** The unit tests of the layers whose mechanisms are mutated, and nothing that starts a process. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/shoal/src/{client,server}/**/*.test.ts",
      "packages/shoal/src/core/{cancellation,loop-delay,time-limits}.test.ts",
      "packages/shoal/src/discovery/resolver*.test.ts",
    ],
    exclude: ["**/zero-code/**", "**/sockets.test.ts", "**/self-start.test.ts", "**/node_modules/**"],
    execArgv: ["-C", "shoal-source"],
    // Below Stryker's own: a change that leaves a test waiting is noticed by that test.
    testTimeout: 30_000,
  },
});
