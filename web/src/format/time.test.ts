import { expect, it } from "vitest";
import { formatAgo, formatClock, formatFull, formatMoment, isMoment } from "./time.ts";

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
