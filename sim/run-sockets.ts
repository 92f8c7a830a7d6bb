import { type Result, runSocketScenario } from "./run-scenario.ts";
import type { SocketScenario } from "./scenario.ts";

type OnDone = (scenario: SocketScenario, result: Result, seconds: number) => void;

/** Runs scenarios between real processes: first those that mostly wait, side by side, then each of the others alone. */
export async function runSocketScenarios(scenarios: readonly SocketScenario[], onDone: OnDone): Promise<void> {
  const run = async (scenario: SocketScenario) => {
    const startMs = performance.now();
    const result = await runSocketScenario(scenario);
    return () => onDone(scenario, result, (performance.now() - startMs) / 1_000);
  };
  const beside = scenarios.filter(({ alone = false }) => !alone);
  for (const tell of await Promise.all(beside.map(run))) tell();
  for (const scenario of scenarios) if (scenario.alone) (await run(scenario))();
}
