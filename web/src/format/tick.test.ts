import { expect, it } from "vitest";
import { formatTick } from "./tick.ts";

it.each([
  [
    [0, 0.05, 0.1, 0.15],
    ["0 µs", "50 µs", "100 µs", "150 µs"],
  ],
  [
    [0, 0.5, 1, 1.5],
    ["0 ms", "0.5 ms", "1 ms", "1.5 ms"],
  ],
  [
    [0, 500, 1_000, 1_500],
    ["0 s", "0.5 s", "1 s", "1.5 s"],
  ],
  [
    [3_000, 3_000.5, 3_001],
    ["3 s", "3.0005 s", "3.001 s"],
  ],
  [
    [0, 60_000, 120_000],
    ["0 s", "1 m 00 s", "2 m 00 s"],
  ],
])("tells the ticks %j from each other", (ticks, texts) => {
  const stepMs = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  expect(ticks.map((ms) => formatTick(ms, stepMs, ticks.at(-1) ?? 0))).toEqual(texts);
});
