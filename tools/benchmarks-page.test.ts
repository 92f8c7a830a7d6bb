import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readParts } from "../bench/support/parts.ts";
import { benchmarksPage, SECTIONS } from "./benchmarks-page.ts";

const root = resolve(import.meta.dirname, "..");

const part = {
  measuredAt: "2026-11-21T12:00:00.000Z",
  commit: "abc1234",
  node: "v24.21.0",
  cores: 2,
  processor: "a processor",
  memoryGib: 24,
  rounds: 2,
  loadBefore: 0.1,
};

it("shows each bar beside what was measured, says which does not hold, and the tables", () => {
  const results = [
    { what: "a | b", measured: 1.7, bar: 1.6, unit: "x", holds: true },
    { what: "p50", measured: 50, bar: 40, unit: "µs", holds: false },
    { what: "by the way", measured: 3, bar: null, unit: "x", holds: null },
  ];
  const table = { title: "Rates", note: "A note.", columns: ["side", "calls/s"], rows: [["one", 12_345]] };
  const page = benchmarksPage({ wire: { typed: { ...part, results, tables: [table] } } });
  expect(page).toContain("| a \\| b | 1.6 x | 1.7 x | holds |");
  expect(page).toContain("| p50 | 40 µs | 50 µs | **does not hold** |");
  expect(page).toContain("| by the way | for information | 3 x |  |");
  expect(page).toContain("### Rates\n\nA note.\n\n| side | calls/s |\n| --- | ---: |\n| one | 12,345 |");
  expect(page).toContain(
    "- `typed`: 2026-11-21, commit abc1234, 2 rounds, 2 cores of a processor, 24 GiB, Node v24.21.0.\n",
  );
  expect(page).not.toContain("Whole fleets");
});

it("calls a number that JSON cannot carry a failure", () => {
  const failed = JSON.parse('{ "what": "p99", "measured": null, "bar": 1, "unit": "x", "holds": false }');
  expect(benchmarksPage({ wire: { typed: { ...part, results: [failed], tables: [] } } })).toContain(
    "| p99 | 1 x | failed | **does not hold** |",
  );
});

it("says when the machine had other things to do", () => {
  const page = benchmarksPage({ wire: { typed: { ...part, loadBefore: 20.5, results: [], tables: [] } } });
  expect(page).toContain("**The machine was busy**: a load average of 20.5 before it began.");
});

it("docs/benchmarks.md is made from bench/results as they are", () => {
  const saved = Object.fromEntries(SECTIONS.map(({ name }) => [name, readParts(name)]));
  const page = join(root, "docs/benchmarks.md");
  expect(existsSync(page) ? readFileSync(page, "utf8") : "", "run npm run bench, or node tools/bench.ts page").toBe(
    benchmarksPage(saved),
  );
});
