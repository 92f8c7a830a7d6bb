import type { Result } from "../../bench/support/results.ts";
import type { Row } from "./row.ts";

/** Scenario 25, which `npm run bench -- resilience` measures, from its kept results. */
export function benchmarkRows(results: readonly Result[]): readonly Row[] {
  return results.map(({ what, measured, bar, unit, holds }) => ({
    number: 25,
    title: "overhead of what protects a call",
    comparable: "cockatiel: 21 to 27 µs more and half of the calls; Polly v8: 0.77 to 2.1 µs",
    seed: undefined,
    isBenchmark: true,
    criterion: bar === null ? what : `${what}: bar ${inUnit(bar, unit)}`,
    measured: inUnit(measured, unit),
    holds: holds ?? true,
  }));
}

function inUnit(value: number, unit: string): string {
  return `${value} ${unit}`.trim();
}
