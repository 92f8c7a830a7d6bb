import { expect, it } from "vitest";
import { formatAgo, formatClock, formatDuration, formatFull, formatMoment, isMoment } from "./time.ts";

it("writes a moment, with its day when that is another one", () => {
  const noonMs = new Date(2026, 10, 21, 12, 0, 0, 5).getTime();
  expect(formatMoment(noonMs, noonMs + 1_000)).toBe("12:00:00.005");
  expect(formatMoment(noonMs, noonMs + 86_400_000)).toBe("21 Nov 12:00:00.005");
});

it.each([8.64e15 + 1, -1e300, Number.NaN, Number.POSITIVE_INFINITY])(
  "does not fail at %s, which is no moment",
  (ms) => {
    expect(isMoment(ms)).toBe(false);
    expect([formatClock(ms), formatMoment(ms, 0), formatAgo(ms, 0)]).toEqual(["–", "–", "–"]);
    expect(formatFull(ms)).toContain("no date");
  },
);

it.each([
  [0, "0 ms"],
  [0.002, "<0.01 ms"],
  [0.4, "0.4 ms"],
  [0.042, "0.04 ms"],
  [0.996, "1 ms"],
  [5, "5 ms"],
  [9.94, "9.9 ms"],
  [9.96, "10 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [1_240, "1.24 s"],
  [1_500, "1.5 s"],
  [9_996, "10 s"],
  [59_940, "59.9 s"],
  [59_960, "1 m 00 s"],
  [125_000, "2 m 05 s"],
])("writes %d ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
