import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";

/** One line of a benchmark's table. */
export interface Result {
  readonly what: string;
  readonly measured: number;
  /** null: measured for information, and held to nothing. */
  readonly bar: number | null;
  readonly unit: string;
  readonly holds: boolean | null;
}

/** A result that holds when it is at most the bar. */
export function atMost(what: string, measured: number, bar: number, unit: string): Result {
  return { what, measured: rounded(measured), bar, unit, holds: measured <= bar };
}

/** A result that holds when it is at least the bar. */
export function atLeast(what: string, measured: number, bar: number, unit: string): Result {
  return { what, measured: rounded(measured), bar, unit, holds: measured >= bar };
}

/** A value without a bar, such as how far two readings of the same thing are apart. */
export function noted(what: string, measured: number, unit: string): Result {
  return { what, measured: rounded(measured), bar: null, unit, holds: null };
}

/** The middle value; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Prints the table and writes bench/results/NAME.json. */
export function publish(name: string, results: readonly Result[]): void {
  const folder = join(import.meta.dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
  printResults(results);
}

/** Prints each result with its bar and whether it holds. */
export function printResults(results: readonly Result[]): void {
  const width = Math.max(...results.map(({ what }) => what.length));
  for (const { what, measured, bar, unit, holds } of results) {
    const verdict = holds === true ? styleText("green", "holds") : styleText("red", "does not hold");
    const judged = bar === null ? "for information" : `bar ${String(bar).padStart(6)}  ${verdict}`;
    console.log(`${what.padEnd(width)}  ${String(measured).padStart(8)} ${unit.padEnd(8)}  ${judged}`);
  }
}

/** Says what a round measured, so that the spread can be seen. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
