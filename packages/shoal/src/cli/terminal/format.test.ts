import { expect, it } from "vitest";
import { count, formatDuration, formatLatency, formatRate, formatRatio } from "./format.ts";

it.each([
  [0, "0.0 s"],
  [840, "0.8 s"],
  [9_940, "9.9 s"],
  [9_950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min 0 s"],
  [200_000, "3 min 20 s"],
  [3_599_600, "1 h 0 min"],
  [7_500_000, "2 h 5 min"],
  [4 * 86_400_000 + 3 * 3_600_000, "4 d 3 h"],
  [-5, "0.0 s"],
])("writes %i ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it("writes rates, ratios and latencies in as few characters as say enough", () => {
  expect([0, 0.01, 2.47, 99.96, 12_345.6].map(formatRate)).toEqual(["-", "<0.1", "2.5", "100", "12346"]);
  expect([0, 0.0001, 0.005, 1].map((ratio) => formatRatio(ratio, 10))).toEqual(["0.0 %", "<0.1 %", "0.5 %", "100.0 %"]);
  expect(formatRatio(0, 0)).toBe("-");
  expect([null, 0.844, 9, 12.06, 60.04, 350.4, 2_400, 5_000].map(formatLatency)).toEqual([
    "-",
    "0.84 ms",
    "9 ms",
    "12.1 ms",
    "60 ms",
    "350 ms",
    "2.4 s",
    "5 s",
  ]);
  expect([count(1, "service"), count(0, "service")]).toEqual(["1 service", "0 services"]);
});
