// `npm run sim [-- NUMBER ...] [--seed N] [--seeds N]`: runs the acceptance scenarios in the simulator, prints a table,
// and the timeline of what happened for each that does not hold. Ends with 1 when one does not.
import { parseArgs } from "node:util";
import { runScenario } from "../sim/run-scenario.ts";
import type { Measurement, Scenario } from "../sim/scenario.ts";
import { SCENARIOS } from "../sim/scenarios.ts";

/** The last lines of a timeline that are worth a screen. */
const TIMELINE_LINES = 60;

interface Row extends Measurement {
  readonly scenario: Scenario;
  readonly seed: number;
}

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, seeds: { type: "string", default: "1" } },
  });
  const chosen = SCENARIOS.filter(({ number }) => positionals.length === 0 || positionals.includes(String(number)));
  return { chosen, seedFirst: Number(values.seed), seeds: Number(values.seeds) };
}

async function runOne(scenario: Scenario, seed: number): Promise<readonly Row[]> {
  const startMs = performance.now();
  const { measurements, worlds } = await runScenario(scenario, seed);
  const rows = measurements.map((measurement) => ({ ...measurement, scenario, seed }));
  for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  process.stdout.write(`   ${"".padEnd(52)} ${seconds} s; measured against: ${scenario.comparable}\n\n`);
  if (rows.some(({ holds }) => !holds)) {
    for (const { timeline } of worlds) process.stderr.write(`${lastLines(timeline.text())}\n\n`);
  }
  return rows;
}

function lineOf({ scenario, criterion, measured, seed, holds }: Row): string {
  const number = String(scenario.number).padStart(2);
  return `${number} ${scenario.title.padEnd(52)} ${criterion.padEnd(58)} ${measured.padEnd(20)} seed ${seed}  ${holds ? "holds" : "FAILS"}`;
}

function lastLines(text: string): string {
  const lines = text.split("\n");
  const left = lines.length - TIMELINE_LINES;
  return left > 0 ? [`… ${left} lines before`, ...lines.slice(left)].join("\n") : text;
}

// Failures are what a scenario is full of; where each was made is of no interest, and finding out is a third of the time.
Error.stackTraceLimit = 0;

const { chosen, seedFirst, seeds } = options();
const rows: Row[] = [];
for (const scenario of chosen) {
  for (let seed = seedFirst; seed < seedFirst + seeds; seed += 1) rows.push(...(await runOne(scenario, seed)));
}
const failed = rows.filter(({ holds }) => !holds).length;
process.stdout.write(`${rows.length - failed} of ${rows.length} criteria hold\n`);
process.exitCode = failed === 0 ? 0 : 1;
