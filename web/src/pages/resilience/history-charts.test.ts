import { expect, it } from "vitest";
import { historyCharts } from "./history-charts.ts";

it("draws what happened, and always the calls", () => {
  const { timesMs, charts } = historyCharts({
    fromMs: 1_000,
    stepMs: 10_000,
    perSecond: { call: [1, 2], retry: [0, 0.5], shed: [3, 0] },
  });
  expect(timesMs).toEqual([1_000, 11_000]);
  expect(charts.map(({ lines }) => lines.map(({ label }) => label))).toEqual([
    ["calls", "requests"],
    ["retries"],
    ["refused by the callee"],
  ]);
  expect(charts[1]?.summary).toBe("retries 0.5 a second now");
});

it("has one empty chart without any history", () => {
  const { timesMs, charts } = historyCharts({ fromMs: 0, stepMs: 10_000, perSecond: {} });
  expect(timesMs).toEqual([]);
  expect(charts).toHaveLength(1);
});
