import { beforeAll, describe, expect, it } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const SEED = 1;

// Failures are what a scenario is full of, and finding out where each was made is a third of the time.
beforeAll(() => {
  Error.stackTraceLimit = 0;
});

describe("a fleet under faults", () => {
  it.each(SCENARIOS.map((scenario) => ({ name: `${scenario.number}: ${scenario.title}`, scenario })))(
    "$name",
    { timeout: 300_000 },
    async ({ scenario }) => {
      const { measurements, worlds } = await runScenario(scenario, SEED);
      const broken = measurements.filter(({ holds }) => !holds);
      const timelines = broken.length === 0 ? "" : worlds.map(({ timeline }) => timeline.text()).join("\n\n");
      expect(broken, `with seed ${SEED}:\n${timelines}`).toEqual([]);
      expect(measurements.length).toBeGreaterThan(0);
    },
  );
});
