// `npm run sim [-- NUMBER ...] [--seed N] [--seeds N] [--simulated] [--sockets] [--write]`: runs the acceptance scenarios,
// in the simulator and between real processes, prints a table, and the timeline of what happened for each that does not
// hold. Ends with 1 when one does not. `--write` also writes docs/resilience.md and the guide's pictures.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchmarkRows } from "../sim/report/benchmark-rows.ts";
import { resiliencePage } from "../sim/report/page.ts";
import type { Plot } from "../sim/report/plot.ts";
import { plotSvg } from "../sim/report/plot-svg.ts";
import type { Row } from "../sim/report/row.ts";
import { runSimulated } from "../sim/run-simulated.ts";
import { runSocketScenarios } from "../sim/run-sockets.ts";
import type { SocketScenario } from "../sim/scenario.ts";
import { SCENARIOS } from "../sim/scenarios.ts";
import { SOCKET_SCENARIOS } from "../sim/sockets.ts";

/** The last lines of a timeline that are worth a screen. */
const TIMELINE_LINES = 60;
const docs = resolve(import.meta.dirname, "..", "docs");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    simulated: { type: "boolean", default: false },
    sockets: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const isChosen = ({ number }: { readonly number: number }) =>
  positionals.length === 0 || positionals.includes(String(number));
const simulated = values.sockets && !values.simulated ? [] : SCENARIOS.filter(isChosen);
const sockets = values.simulated && !values.sockets ? [] : SOCKET_SCENARIOS.filter(isChosen);
const seedFirst = Number(values.seed);
const seeds = Number(values.seeds);

const rows: Row[] = [];
const plots: Plot[] = [];

function show(done: readonly Row[], seconds: number): void {
  rows.push(...done);
  // A thousand seeds are a thousand good rows: then only the others are of interest.
  for (const row of done) if (seeds === 1 || !row.holds) process.stdout.write(`${lineOf(row)}\n`);
  const [first] = done;
  if (first && seeds === 1) process.stdout.write(`   ${seconds.toFixed(1)} s; compared with: ${first.comparable}\n\n`);
}

function lineOf({ number, title, criterion, measured, seed, holds }: Row): string {
  const where = seed === undefined ? "real" : `seed ${seed}`;
  return `${String(number).padStart(2)} ${title.padEnd(52)} ${criterion.padEnd(66)} ${measured.padEnd(24)} ${where.padEnd(8)} ${holds ? "holds" : "FAILS"}`;
}

function lastLines(text: string): string {
  const lines = text.split("\n");
  const left = lines.length - TIMELINE_LINES;
  return left > 0 ? [`… ${left} lines before`, ...lines.slice(left)].join("\n") : text;
}

async function runAll(): Promise<void> {
  const tasks = simulated.flatMap(({ number }) =>
    Array.from({ length: seeds }, (_, index) => ({ number, seed: seedFirst + index })),
  );
  const computing = runSimulated(tasks, (done) => {
    show(done.rows, done.seconds);
    plots.push(...done.plots);
    for (const timeline of done.timelines) process.stderr.write(`${lastLines(timeline)}\n\n`);
  });
  await runSocketScenarios(
    sockets,
    (scenario, result, seconds) => {
      show(rowsOf(scenario, result.measurements), seconds);
      plots.push(...result.plots);
    },
    computing,
  );
}

function rowsOf(
  { number, title, comparable }: SocketScenario,
  measurements: readonly Omit<Row, "number" | "title" | "comparable" | "seed">[],
) {
  return measurements.map((measurement) => ({ number, title, comparable, seed: undefined, ...measurement }));
}

await runAll();
const failed = rows.filter(({ holds }) => !holds).length;
process.stdout.write(`${rows.length - failed} of ${rows.length} criteria hold\n`);
if (values.write) {
  const benchmark = readFileSync(join(docs, "../bench/results/resilience.json"), "utf8");
  const byNumber = [...rows, ...benchmarkRows(JSON.parse(benchmark))].toSorted(
    (left, right) => left.number - right.number,
  );
  writeFileSync(join(docs, "resilience.md"), resiliencePage(byNumber));
  const pictures = join(docs, "pictures");
  mkdirSync(pictures, { recursive: true });
  for (const plot of plots) writeFileSync(join(pictures, `${plot.name}.svg`), plotSvg(plot));
  process.stdout.write(`wrote docs/resilience.md and ${plots.length} pictures\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
