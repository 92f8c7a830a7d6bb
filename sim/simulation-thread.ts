import { constants, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { Plot } from "./report/plot.ts";
import type { Row } from "./report/row.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/** What a thread is told to run. */
export interface Task {
  readonly number: number;
  readonly seed: number;
}

/** What came of it. */
export interface Done {
  readonly rows: readonly Row[];
  readonly plots: readonly Plot[];
  /** What happened, when a criterion does not hold. */
  readonly timelines: readonly string[];
  readonly seconds: number;
}

// Failures are what a scenario is full of; where each was made is of no interest, and finding out is a third of the time.
Error.stackTraceLimit = 0;

// No simulated time passes while it waits for a core: those between real processes, which run beside it, come first.
// Only Linux has a priority for each thread; elsewhere it would be that of all of them.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW);

async function run({ number, seed }: Task): Promise<Done> {
  const startMs = performance.now();
  const scenario = SCENARIOS.find((one) => one.number === number);
  if (!scenario) throw new Error(`there is no scenario ${number}`);
  const { measurements, plots, worlds } = await runScenario(scenario, seed);
  const { title, comparable } = scenario;
  const rows = measurements.map((measurement) => ({ number, title, comparable, seed, ...measurement }));
  const timelines = rows.every(({ holds }) => holds) ? [] : worlds.map(({ timeline }) => timeline.text());
  return { rows, plots, timelines, seconds: (performance.now() - startMs) / 1_000 };
}

parentPort?.on("message", (task: Task) => void run(task).then((done) => parentPort?.postMessage(done)));
