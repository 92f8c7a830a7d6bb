import { setTimeout as pause } from "node:timers/promises";
import { type Result, runSocketScenario } from "./run-scenario.ts";
import type { SocketScenario } from "./scenario.ts";
import { nothingStarts } from "./sockets/rig/start-program.ts";

/** For their first calls, which load what they need, in ms. */
const LONG_LEAD_MS = 5_000;

type OnDone = (scenario: SocketScenario, result: Result, seconds: number) => void;

/**
 * Runs scenarios between real processes, as many side by side as their criteria allow, and tells of each as it ends:
 * first those that mostly wait, of which the long ones are started before the others, then the quiet ones, then each of those that need the machine for themselves.
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
  const runShort = async () => {
    if (kind("all").some(({ long }) => long)) {
      await nothingStarts();
      await pause(LONG_LEAD_MS);
    }
    await Promise.all(kind("all").map((scenario) => (scenario.long ? undefined : run(scenario))));
  };
  const longs = kind("all").map((scenario) => (scenario.long ? run(scenario) : undefined));
  await Promise.all([computing, ...longs, runShort()]);
  await Promise.all(kind("quiet").map(run));
  for (const scenario of kind("none")) await run(scenario);
}
