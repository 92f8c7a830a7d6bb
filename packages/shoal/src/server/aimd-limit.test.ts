import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextLimit } from "./aimd-limit.ts";

const bounds = { limitMin: 1, limitMax: 1_000, increment: 1 };
const calm = (inFlightMax: number) => ({ inFlightMax, congested: false });
const congested = (inFlightMax: number) => ({ inFlightMax, congested: true });

describe("nextLimit", () => {
  // The cases of AIMDLimitTest in Netflix concurrency-limits.
  it.each([
    ["goes up by one while all is well", 10, calm(10), 11],
    ["goes up also when half of it is in use", 20, calm(10), 21],
    ["goes down by a tenth when something queues", 10, congested(10), 9],
    ["rounds down", 30, congested(30), 27],
    ["goes down by one at least", 5, congested(5), 4],
    ["goes down as often as it was not looked at", 100, { ...congested(100), windows: 5 }, 59],
    ["goes up by one however long it was not looked at", 10, { ...calm(10), windows: 5 }, 11],
    ["stays when less than half of it is in use", 20, calm(9), 20],
    ["goes down from what is in use when something queues", 20, congested(9), 8],
    ["stays at its most", 1_000, calm(1_000), 1_000],
    ["stays at its least", 1, congested(1), 1],
  ])("%s", (_, limit, sample, expected) => {
    expect(nextLimit(limit, sample, bounds)).toBe(expected);
  });

  it("stays within its bounds whatever happens", () => {
    const samples = fc.array(fc.record({ inFlightMax: fc.nat(500), congested: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 50 }), samples, (least, more, increment, run) => {
        const limitMin = least + 1;
        const limitMax = limitMin + more;
        let limit = limitMax;
        for (const sample of run) {
          limit = nextLimit(limit, sample, { limitMin, limitMax, increment });
          expect(limit).toBeGreaterThanOrEqual(limitMin);
          expect(limit).toBeLessThanOrEqual(limitMax);
          expect(Number.isInteger(limit)).toBe(true);
        }
      }),
    );
  });
});
