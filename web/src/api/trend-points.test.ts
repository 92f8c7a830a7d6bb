import { expect, it } from "vitest";
import { inTime, mergedTrend } from "./trend-points.ts";

const NOW_MS = 100_000;
const points = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([atMs, value]) => ({ atMs, value }));
const values = (list: readonly { readonly value: number }[]) => list.map(({ value }) => value);

it("takes what the control plane tells, and of what the page saw only what is older", () => {
  const own = points([90_000, 1], [92_000, 2], [94_000, 3], [96_100, 4], [98_100, 5]);
  expect(values(mergedTrend(own, [30, 40, 50], 2_000, NOW_MS))).toEqual([1, 2, 3, 30, 40, 50]);
});

it("keeps the page's own minute when the control plane has just been started and knows nothing", () => {
  expect(values(mergedTrend(points([90_000, 1], [98_000, 2]), [], 2_000, NOW_MS))).toEqual([1, 2]);
});

it("lets go of what is older than a minute", () => {
  expect(values(mergedTrend(points([10_000, 1]), [5], 2_000, NOW_MS))).toEqual([5]);
  expect(values(inTime(points([40_000, 1], [40_001, 2]), NOW_MS))).toEqual([2]);
});
