import { createWorld, type World } from "shoal/testing";
import type { Measurement, Scenario } from "./scenario.ts";

export interface Result {
  readonly measurements: readonly Measurement[];
  /** Of each world of the run, in order. */
  readonly worlds: readonly World[];
}

/** Runs a scenario with a seed. */
export async function runScenario(scenario: Scenario, seed: number): Promise<Result> {
  const measurements: Measurement[] = [];
  const worlds: World[] = [];
  await scenario.run({
    seed,
    world() {
      const world = createWorld({ seed });
      worlds.push(world);
      return world;
    },
    measure: (criterion, measured, holds) => void measurements.push({ criterion, measured, holds }),
  });
  return { measurements, worlds };
}
