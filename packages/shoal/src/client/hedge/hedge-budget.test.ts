import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHedgeBudget } from "./hedge-budget.ts";

describe("createHedgeBudget", () => {
  it("pays for one of a hundred at 1%, and not for the first", () => {
    const budget = createHedgeBudget(0);
    for (let call = 0; call < 99; call += 1) budget.deposit(0.01, call * 10);
    expect(budget.canPay(990)).toBe(false);
    budget.deposit(0.01, 990);
    expect(budget.canPay(990)).toBe(true);
    budget.withdraw();
    expect(budget.canPay(990)).toBe(false);
  });

  it("pays for none below 10 calls a second at 1%", () => {
    const budget = createHedgeBudget(0);
    for (let call = 0; call < 10_000; call += 1) {
      budget.deposit(0.01, call * 112);
      expect(budget.canPay(call * 112)).toBe(false);
    }
  });

  it("forgets what came in 10 s ago", () => {
    const budget = createHedgeBudget(0);
    for (let call = 0; call < 1_000; call += 1) budget.deposit(0.01, call);
    expect(budget.canPay(1_000)).toBe(true);
    expect(budget.canPay(20_000)).toBe(false);
  });

  it("never adds more than its share, whatever the rate and the gaps", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.double({ min: 0.001, max: 0.1, noNaN: true }), (bursts, share) => {
        const budget = createHedgeBudget(0);
        let nowMs = 0;
        let calls = 0;
        let hedges = 0;
        for (const [gapMs, count] of bursts) {
          nowMs += gapMs;
          for (let call = 0; call < count; call += 1) {
            calls += 1;
            budget.deposit(share, nowMs);
            if (!budget.canPay(nowMs)) continue;
            budget.withdraw();
            hedges += 1;
          }
          expect(hedges).toBeLessThanOrEqual(share * calls + 1e-6);
        }
      }),
    );
  });
});
