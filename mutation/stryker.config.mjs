const layers = "packages/shoal/src";

/** The mechanisms that resilience stands on: what decides, without what only wires it or words a message. */
const MECHANISMS = [
  `${layers}/client/{balance,coalesce,hedge,retry,throttle}/*.ts`,
  `${layers}/client/instance/{attempt,concurrency,ejection,fail-fast,fault,fault-match,health,own-stalls,standing}.ts`,
  `${layers}/client/{classify,deadline,fallback,sliding-count}.ts`,
  `${layers}/core/{cancellation,loop-delay,time-limits}.ts`,
  `${layers}/server/{admission,aimd-limit,backlog-turns,deadline,drain,drain-gate,limiter,loop-turns,offered-load,overload,shed-ratio,waiting-line}.ts`,
  `${layers}/discovery/resolver-state.ts`,
];

export default {
  packageManager: "npm",
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "mutation/vitest.config.ts", related: true },
  // Rewritten for its sandbox through TypeScript's API, which TypeScript 7 has no more; types are not checked there anyway.
  tsconfigFile: "none",
  mutate: [...MECHANISMS, "!**/*.test.ts", "!**/reference-pick.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // Counts as noticed, so only an endless loop may reach it, not a test on a busy machine.
  timeoutMS: 60_000,
  tempDirName: ".stryker-tmp",
  ignorePatterns: ["**/dist", "docs", "web", "bench", "examples", "test", "mutation/report"],
  reporters: ["clear-text", "progress", "json"],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: "mutation/report/mutation.json" },
  thresholds: { high: 90, low: 80, break: 80 },
};
