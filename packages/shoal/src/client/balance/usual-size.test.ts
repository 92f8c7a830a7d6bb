import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUsualSize } from "./usual-size.ts";

const MINUTES = 60_000;

describe("createUsualSize", () => {
  it("remembers for five minutes how many there were, then takes what is there for usual", () => {
    const usual = createUsualSize();
    usual.observe(10, 0);
    usual.observe(4, 1_000);
    expect(usual.size(1_000 + 5 * MINUTES - 1)).toBe(10);
    expect(usual.size(1_000 + 5 * MINUTES)).toBe(4);
  });

  it("takes one that replaces another for no growth", () => {
    const usual = createUsualSize();
    for (let round = 0; round < 20; round += 1) {
      usual.observe(6, round * 1_000);
      usual.observe(5, round * 1_000 + 500);
    }
    expect(usual.size(20_000)).toBe(6);
  });

  it("begins anew when it is as large as before", () => {
    const usual = createUsualSize();
    usual.observe(6, 0);
    usual.observe(3, MINUTES);
    usual.observe(6, 2 * MINUTES);
    usual.observe(3, 4 * MINUTES);
    expect(usual.size(8 * MINUTES)).toBe(6);
    expect(usual.size(9 * MINUTES)).toBe(3);
  });

  it("measures one that shrinks again, long after, by what it had become", () => {
    const usual = createUsualSize();
    usual.observe(10, 0);
    usual.observe(4, 1_000);
    usual.observe(3, 10 * MINUTES);
    expect(usual.size(10 * MINUTES)).toBe(4);
    expect(usual.size(15 * MINUTES)).toBe(3);
  });

  it("is at least what is there, at most the most there was, and what is there when that is long unchanged", () => {
    const step = fc.record({ size: fc.nat(50), gapMs: fc.nat(10 * MINUTES) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const usual = createUsualSize();
        let nowMs = 0;
        let most = 0;
        for (const { size, gapMs } of steps) {
          nowMs += gapMs;
          most = Math.max(most, size);
          usual.observe(size, nowMs);
          expect(usual.size(nowMs)).toBeGreaterThanOrEqual(size);
          expect(usual.size(nowMs)).toBeLessThanOrEqual(most);
        }
        expect(usual.size(nowMs + 5 * MINUTES)).toBe(steps.at(-1)?.size);
      }),
    );
  });
});
