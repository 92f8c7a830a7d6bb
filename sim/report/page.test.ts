import { expect, it } from "vitest";
import { benchmarkRows } from "./benchmark-rows.ts";
import { resiliencePage } from "./page.ts";

it("shows each criterion, says which do not hold, and counts them", () => {
  const base = { number: 14, title: "overload", comparable: "a | b", seed: 1 };
  const page = resiliencePage([
    { ...base, criterion: "success >= 99%", measured: "99.9%", holds: true },
    { ...base, seed: undefined, criterion: "p99 <= 1 s", measured: "2 s", holds: false },
  ]);
  expect(page).toContain("| 14 | overload | simulated, seed 1 | success >= 99% | 99.9% | a \\| b |");
  expect(page).toContain("| real | p99 &lt;= 1 s | **2 s: does not hold** |");
  expect(page).toContain("1 of 2 criteria hold.");
});

it("shows what the benchmark has measured as scenario 25", () => {
  const [row] = benchmarkRows([{ what: "CPU it adds", measured: 7, bar: 5, unit: "µs", holds: false }]);
  expect(resiliencePage(row ? [row] : [])).toContain(
    "| 25 | overhead of what protects a call | benchmark | CPU it adds: bar 5 µs | **7 µs: does not hold** |",
  );
});
