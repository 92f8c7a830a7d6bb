import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printResults, type Result, say } from "./results.ts";

/** Numbers side by side, without a bar: for people. */
export interface Table {
  readonly title: string;
  /** What has to be known to read it; "" for nothing. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What one part of a benchmark found. */
export interface Found {
  readonly results: readonly Result[];
  readonly tables: readonly Table[];
}

/** The machine and moment of a measurement. */
export interface Circumstances {
  readonly measuredAt: string;
  readonly commit: string;
  readonly node: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly rounds: number;
  /** Processes that wanted a core in the minute before: what else the machine had to do. Not known of the oldest. */
  readonly loadBefore?: number;
}

export type SavedPart = Found & Circumstances;
/** bench/results/NAME.json of a benchmark made of parts. */
export type SavedParts = Readonly<Record<string, SavedPart>>;

const folder = join(import.meta.dirname, "../results");

/**
 * Runs the parts of a benchmark, or those that `--only A,B` names, in `--rounds N`; prints their tables and keeps
 * what they found in bench/results/NAME.json, beside what was found before by the parts that do not run now.
 */
export async function runParts(
  name: string,
  roundsDefault: number,
  parts: Readonly<Record<string, (rounds: number) => Promise<Found>>>,
): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string" } } });
  const rounds = Number(values.rounds ?? roundsDefault);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`--rounds must be an integer from 1, got "${values.rounds}"`);
  const chosen = values.only?.split(",") ?? Object.keys(parts);
  for (const one of chosen) {
    const measure = parts[one];
    if (!measure) throw new RangeError(`--only must name some of ${Object.keys(parts).join(", ")}, got "${one}"`);
    const startMs = performance.now();
    const before = circumstances(rounds);
    const found = await measure(rounds);
    say(`${name}, ${one}: ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
    keep(name, one, { ...before, ...found });
    for (const table of found.tables) printTable(table);
    printResults(found.results);
  }
}

function keep(name: string, part: string, found: SavedPart): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...readParts(name), [part]: found }, null, 2)}\n`);
}

/** What was found by a benchmark so far. */
export function readParts(name: string): SavedParts {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw cause;
  }
}

function circumstances(rounds: number): Circumstances {
  const processors = cpus();
  return {
    measuredAt: new Date().toISOString(),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: folder, encoding: "utf8" }).trim(),
    node: process.version,
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "",
    memoryGib: Math.round(totalmem() / 2 ** 30),
    rounds,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function printTable({ title, columns, rows }: Table): void {
  const lines = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const show = (line: readonly string[]) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ");
  console.log(`\n${title}\n${lines.map(show).join("\n")}\n`);
}
