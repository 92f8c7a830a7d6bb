import { type Result, runSocketScenario } from "./run-scenario.ts";
import type { SocketScenario } from "./scenario.ts";

type OnDone = (scenario: SocketScenario, result: Result, seconds: number) => void;

/**
 * Runs scenarios between real processes, as many side by side as their criteria allow, and tells of each as it ends:
 * first those that mostly wait, then the quiet ones, then each of those that need the machine for themselves.
 *
 * @param computing What else burns the machine's cores meanwhile; over before anything that needs quiet begins.
 */
export async function runSocketScenarios(
  scenarios: readonly SocketScenario[],
  onDone: OnDone,
  computing: Promise<void> = Promise.resolve(),
): Promise<void> {
  const run = async (scenario: SocketScenario) => {
    const startMs = performance.now();
    const result = await runSocketScenario(scenario);
    onDone(scenario, result, (performance.now() - startMs) / 1_000);
  };
  const kind = (wanted: SocketScenario["beside"]) => scenarios.filter(({ beside = "all" }) => beside === wanted);
  await Promise.all([computing, ...kind("all").map(run)]);
  await Promise.all(kind("quiet").map(run));
  for (const scenario of kind("none")) await run(scenario);
}
