import { describe, expect, it } from "vitest";
import { runSocketScenario } from "../../sim/run-scenario.ts";
import { SOCKET_SCENARIOS } from "../../sim/sockets.ts";

describe("processes under faults", () => {
  const steady = SOCKET_SCENARIOS.filter(({ timed = false }) => !timed);
  it.each(steady.map((scenario) => ({ name: `${scenario.number}: ${scenario.title}`, scenario })))(
    "$name",
    { timeout: 180_000 },
    async ({ scenario }) => {
      const { measurements } = await runSocketScenario(scenario);
      expect(measurements.filter(({ holds }) => !holds)).toEqual([]);
      expect(measurements.length).toBeGreaterThan(0);
    },
  );
});
