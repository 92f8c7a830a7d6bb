import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_SHEDDING, nextShedding, type Shedding } from "./shed-ratio.ts";

/** Looks every 10 ms at a queue that fills and empties with a load, and says how it went. */
function queueUnder(overload: number, forMs: number) {
  const TOLERATED_MS = 20;
  const STEP_MS = 10;
  let queueMs = 0;
  let shedding: Shedding = NO_SHEDDING;
  let worstLaterMs = 0;
  for (let nowMs = 0; nowMs < forMs; nowMs += STEP_MS) {
    queueMs = Math.max(0, queueMs + (overload * (1 - shedding.ratio) - 1) * STEP_MS);
    shedding = nextShedding(shedding, queueMs / TOLERATED_MS, STEP_MS);
    if (nowMs > forMs / 2) worstLaterMs = Math.max(worstLaterMs, queueMs);
  }
  return { ratio: shedding.ratio, queueMs, worstLaterMs };
}

describe("nextShedding", () => {
  it("refuses nothing while the delay is tolerated, or over soon", () => {
    let shedding = NO_SHEDDING;
    for (let look = 0; look < 100; look += 1) shedding = nextShedding(shedding, look % 10 === 0 ? 9 : 1, 15);
    expect(shedding.ratio).toBe(0);
    for (let look = 0; look < 10; look += 1) shedding = nextShedding(shedding, 5, 15);
    expect(shedding.ratio).toBe(0);
    expect(nextShedding(shedding, 5, 15).ratio).toBeGreaterThan(0);
  });

  it("does not take the time without a request before a burst for a part of the burst", () => {
    const first = nextShedding(NO_SHEDDING, 5, 600_000);
    expect(first.ratio).toBe(0);
    expect(nextShedding(first, 5, 10).ratio).toBe(0);
  });

  it.each([1.2, 2, 4, 10])(
    "settles on what is too much at %d times the capacity, and on the delay tolerated",
    (overload) => {
      const { ratio, queueMs, worstLaterMs } = queueUnder(overload, 20_000);
      expect(ratio).toBeCloseTo(1 - 1 / overload, 1);
      expect(queueMs).toBeGreaterThan(10);
      expect(worstLaterMs).toBeLessThan(40);
    },
  );

  it("stops refusing when the delay is gone", () => {
    let shedding: Shedding = { ratio: 1, delay: 10, overMs: 10_000 };
    for (let look = 0; look < 300; look += 1) shedding = nextShedding(shedding, 0, 10);
    expect(shedding).toEqual(NO_SHEDDING);
    expect(nextShedding({ ratio: 1, delay: 0, overMs: 0 }, 0, 60_000).ratio).toBe(0);
  });

  it("takes a loop that stood still for no more than a tenth of a second of too much", () => {
    const { ratio } = nextShedding({ ratio: 0.1, delay: 10, overMs: 200 }, 1_000, 60_000);
    expect(ratio).toBeCloseTo(0.1 + 0.4 * 9 * 0.1);
  });

  it("stays from 0 to 1 whatever is looked at", () => {
    const look = fc.record({
      delay: fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.constant(1e9)),
      elapsedMs: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constant(1e9)),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 100 }), (looks) => {
        let shedding = NO_SHEDDING;
        for (const { delay, elapsedMs } of looks) {
          shedding = nextShedding(shedding, delay, elapsedMs);
          expect(shedding.ratio).toBeGreaterThanOrEqual(0);
          expect(shedding.ratio).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
