import fc from "fast-check";
import { expect, it } from "vitest";
import { msText, nanoText, unixMsText } from "./time-text.ts";

it("writes nanoseconds to the microsecond", () => {
  expect(nanoText(1_767_225_600_000)).toBe("1767225600000000000");
  expect(nanoText(1_767_225_600_999 + 1 / 512)).toBe("1767225600999001000");
  expect(nanoText(0)).toBe("0000000000");
});

it("writes ms as a number of JSON that is at most a microsecond too small", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2e12, noNaN: true }), (ms) => {
      for (const text of [unixMsText(ms), msText(ms)]) {
        const written: number = JSON.parse(text);
        // A double of this size is itself no nearer than a quarter of a microsecond.
        expect(Math.abs(ms - written)).toBeLessThan(0.0015);
      }
    }),
    { numRuns: 500 },
  );
});

it("writes whole ms without a fraction", () => {
  expect(unixMsText(1_767_225_600_007)).toBe("1767225600007");
  expect(msText(0)).toBe("0");
  expect(msText(12)).toBe("12");
});
