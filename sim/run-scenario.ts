import { createWorld, type World } from "shoal/testing";
import type { Plot } from "./report/plot.ts";
import type { Measurement, Notes, Scenario, SocketScenario } from "./scenario.ts";

export interface Result {
  readonly measurements: readonly Measurement[];
  readonly plots: readonly Plot[];
}

export interface SimulatedResult extends Result {
  /** Of each world of the run, in order. */
  readonly worlds: readonly World[];
}

/** Runs a scenario with a seed. */
export async function runScenario(scenario: Scenario, seed: number): Promise<SimulatedResult> {
  const { notes, result } = takeNotes();
  const worlds: World[] = [];
  await scenario.run({
    ...notes,
    seed,
    world() {
      const world = createWorld({ seed });
      worlds.push(world);
      return world;
    },
  });
  return { ...result, worlds };
}

/** Runs a scenario between real processes. */
export async function runSocketScenario(scenario: SocketScenario): Promise<Result> {
  const { notes, result } = takeNotes();
  await scenario.run(notes);
  return result;
}

function takeNotes(): { readonly notes: Notes; readonly result: Result } {
  const measurements: Measurement[] = [];
  const plots: Plot[] = [];
  return {
    notes: {
      measure: (criterion, measured, holds) => void measurements.push({ criterion, measured, holds }),
      plot: (plot) => void plots.push(plot),
    },
    result: { measurements, plots },
  };
}
