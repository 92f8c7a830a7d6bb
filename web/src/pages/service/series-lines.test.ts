import { expect, it } from "vitest";
import type { GaugeSeries, SeriesPoint } from "../../api/types.ts";
import { gaugeLines, growthLines, lastOf, wholeSteps } from "./series-lines.ts";

const gauge = (instance: string, points: [number, number][], attributes: Record<string, string> = {}): GaugeSeries => ({
  instance,
  name: "process.cpu.time",
  unit: "s",
  attributes,
  points,
});

it("adds up the parts of one instance, and leaves gaps where an instance has no value", () => {
  const gauges = [
    gauge(
      "a",
      [
        [0, 1],
        [5_000, 2],
      ],
      { "cpu.mode": "user" },
    ),
    gauge(
      "a",
      [
        [0, 0.5],
        [5_000, 1],
      ],
      { "cpu.mode": "system" },
    ),
    gauge("b", [[5_000, 7]]),
  ];
  expect(gaugeLines(gauges, "process.cpu.time")).toEqual({
    timesMs: [0, 5_000],
    lines: [
      { label: "a", values: [1.5, 3] },
      { label: "b", values: [null, 7] },
    ],
  });
  expect(gaugeLines(gauges, "other")).toEqual({ timesMs: [], lines: [] });
});

it("makes the share of a core out of growing CPU seconds, with a gap where the process began anew", () => {
  const grown = growthLines({ timesMs: [0, 5_000, 10_000], lines: [{ label: "a", values: [10, 12.5, 1] }] });
  expect(grown.lines[0]?.values).toEqual([null, 0.5, null]);
});

it("tells the newest value that is there", () => {
  expect(lastOf([1, 2, null])).toBe(2);
  expect(lastOf([null])).toBeUndefined();
});

it("leaves out the last step while it goes on, unless there is hardly another", () => {
  const points = [0, 5_000, 10_000].map((timeMs) => ({ timeMs }) as SeriesPoint);
  const shown = (nowMs: number, given = points) => wholeSteps(given, 5_000, nowMs).map(({ timeMs }) => timeMs);
  expect(shown(12_000)).toEqual([0, 5_000]);
  expect(shown(17_000)).toEqual([0, 5_000, 10_000]);
  expect(shown(6_000, points.slice(0, 2))).toEqual([0, 5_000]);
});
