import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProbeAllowance } from "./probe-allowance.ts";

describe("createProbeAllowance", () => {
  it("allows five at once, then one a second", () => {
    const allowance = createProbeAllowance(0);
    expect(Array.from({ length: 7 }, () => allowance.take(0))).toEqual([true, true, true, true, true, false, false]);
    expect(allowance.take(999)).toBe(false);
    expect(allowance.take(1_000)).toBe(true);
  });

  it("allows one more for each ten attempts", () => {
    const allowance = createProbeAllowance(0);
    while (allowance.take(0));
    for (let attempt = 0; attempt < 9; attempt += 1) allowance.earn();
    expect(allowance.take(0)).toBe(false);
    allowance.earn();
    allowance.earn();
    expect(allowance.take(0)).toBe(true);
  });

  it("charges nothing for those that succeed", () => {
    const allowance = createProbeAllowance(0);
    for (let probe = 0; probe < 100; probe += 1) {
      expect(allowance.take(0)).toBe(true);
      allowance.giveBack();
    }
  });

  it("never allows more than what was saved up, earned and waited for, whatever the gaps", () => {
    const step = fc.record({ gapMs: fc.oneof(fc.nat(3_000), fc.constant(1e9)), attempts: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const allowance = createProbeAllowance(0);
        let nowMs = 0;
        for (const { gapMs, attempts } of steps) {
          nowMs += gapMs;
          for (let attempt = 0; attempt < attempts; attempt += 1) allowance.earn();
          let taken = 0;
          while (allowance.take(nowMs)) taken += 1;
          expect(taken).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
