import { expect, test } from "vitest";
import type { TraceSummary } from "../../api/types.ts";
import { durationBounds, fullDurationMs, tracePoints } from "./trace-points.ts";

const trace = (startMs: number, durationMs: number, errors = 0) => ({ startMs, durationMs, errors }) as TraceSummary;

test("dots are in the order of time, failed ones apart, and none at zero", () => {
  const points = tracePoints([trace(2_000, 30, 1), trace(1_000, 0)]);
  expect(points).toMatchObject({ timesS: [1, 2], okMs: [0.05, null], failedMs: [null, 30] });
});

test("a start that is no date has no dot", () => {
  expect(tracePoints([trace(1e300, 1)]).traces).toEqual([]);
});

test("one outlier does not make the other bars vanish", () => {
  const many = [...Array.from({ length: 99 }, () => trace(0, 10)), trace(0, 60_000)];
  expect(fullDurationMs(many)).toBe(10);
  expect(fullDurationMs([])).toBe(1);
  expect(fullDurationMs([trace(0, 0)])).toBe(0.001);
});

test("the axis goes from a power of ten to another", () => {
  expect(durationBounds(3, 40)).toEqual([1, 100]);
  expect(durationBounds(10, 10)).toEqual([10, 100]);
  expect(durationBounds(null, null)).toEqual([1, 10]);
});
