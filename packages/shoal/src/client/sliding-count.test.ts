import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSlidingCount } from "./sliding-count.ts";

describe("createSlidingCount", () => {
  it("forgets by the clock, also when nothing happened in between", () => {
    const count = createSlidingCount(10_000, 0);
    for (let event = 0; event < 8; event += 1) count.add(100);
    expect(count.total(9_000)).toBe(8);
    expect(count.total(3_600_000)).toBe(0);
    count.add(3_600_000);
    expect(count.total(3_600_000)).toBe(1);
  });

  it("weighs what it is told to, and forgets all when cleared, for good", () => {
    for (const startMs of [0, -50_000]) {
      const count = createSlidingCount(10_000, startMs);
      for (let slice = 0; slice < 10; slice += 1) count.add(startMs + slice * 1_000, 0.5);
      expect(count.total(startMs + 9_000)).toBe(5);
      count.clear();
      expect(count.total(startMs + 9_000)).toBe(0);
      count.add(startMs + 9_000, 3);
      expect(count.total(startMs + 18_000)).toBe(3);
      expect(count.total(startMs + 19_000)).toBe(0);
    }
  });

  it("keeps an event for at least nine tenths of the window and never longer than the window", () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.constant(50_000), fc.constant(1e12)));
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 1e9 }), gaps, (startMs, steps) => {
        const count = createSlidingCount(10_000, startMs);
        const events: number[] = [];
        let nowMs = startMs;
        for (const step of steps) {
          nowMs += step;
          count.add(nowMs);
          events.push(nowMs);
          const total = count.total(nowMs);
          expect(total).toBeGreaterThanOrEqual(events.filter((at) => nowMs - at <= 9_000).length);
          expect(total).toBeLessThanOrEqual(events.filter((at) => nowMs - at <= 10_000).length);
        }
      }),
    );
  });
});
