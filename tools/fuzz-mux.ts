// `npm run fuzz -- [--seconds N] [--seed N]`: feeds the multiplexed wire what nobody should send, watching time and memory.
// Default: 60 s, and a seed that differs each time and is printed.
import { parseArgs } from "node:util";
import { fuzzMux } from "./fuzz/mux-fuzzer.ts";

const MEMORY_BYTES_MAX = 512 * 1_024 * 1_024;
const INPUT_MS_MAX = 1_000;
const ROUND_INPUTS = 2_000;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: String(Date.now() % 1e9) } },
});
const endMs = performance.now() + Number(values.seconds) * 1_000;
const firstSeed = Number(values.seed);

let inputs = 0;
let memoryBytesPeak = 0;
for (let round = 0; performance.now() < endMs; round += 1) {
  const seed = firstSeed + round;
  const report = await fuzzMux({ seed, goOn: (count) => count < ROUND_INPUTS && performance.now() < endMs });
  inputs += report.inputs;
  memoryBytesPeak = Math.max(memoryBytesPeak, process.memoryUsage.rss());
  console.log(
    `seed ${seed}: ${inputs} inputs, ${report.refused} sessions refused, ${report.begun} calls begun, ` +
      `slowest ${report.slowestMs.toFixed(1)} ms, ${Math.round(memoryBytesPeak / 2 ** 20)} MB`,
  );
  if (memoryBytesPeak > MEMORY_BYTES_MAX) throw new Error(`seed ${seed}: the memory grew to ${memoryBytesPeak} bytes`);
  if (report.slowestMs > INPUT_MS_MAX) throw new Error(`seed ${seed}: one input took ${report.slowestMs} ms`);
}
console.log(`${inputs} inputs, nothing found`);
