import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createRetryBudget } from "./budget.ts";

const RESERVE = 10;

describe("createRetryBudget", () => {
  it("starts with ten seconds of its reserve, and no more", () => {
    const budget = createRetryBudget(SERVICE_DEFAULTS, 0);
    const paid = Array.from({ length: 11 }, () => budget.withdraw(0));
    expect(paid).toEqual([...Array<boolean>(10).fill(true), false]);
  });

  it("gets one token a second from the reserve", () => {
    const budget = createRetryBudget(SERVICE_DEFAULTS, 0);
    for (let retry = 0; retry < 10; retry += 1) budget.withdraw(0);
    expect(budget.withdraw(999)).toBe(false);
    expect(budget.withdraw(1_000)).toBe(true);
    expect(budget.withdraw(1_000)).toBe(false);
  });

  it("pays one retry for five successes", () => {
    const budget = createRetryBudget({ ...SERVICE_DEFAULTS, budgetReservePerSecond: 0 }, 0);
    for (let call = 0; call < 100; call += 1) budget.deposit(call * 10);
    // 100 calls in a window of ten seconds are 10 a second: it holds the deposits of one second
    expect(budget.balance(1_000)).toBeCloseTo(2);
  });

  it("holds at most the deposits of one second at the present rate", () => {
    const budget = createRetryBudget(SERVICE_DEFAULTS, 0);
    for (let call = 0; call < 20_000; call += 1) budget.deposit(call);
    expect(budget.balance(20_000)).toBeGreaterThan(170);
    expect(budget.balance(20_000)).toBeLessThanOrEqual(200);
    expect(budget.max(20_000)).toBeGreaterThan(170);
    expect(budget.max(20_000)).toBeLessThanOrEqual(200);
    expect(budget.balance(40_000)).toBe(RESERVE);
    expect(budget.max(40_000)).toBe(RESERVE);
  });

  it("is never negative, never over its bound, and never pays for more than it got", () => {
    const gapMs = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constant(3_600_000), fc.constant(0));
    const event = fc.record({ gapMs, deposits: fc.constantFrom(0, 0, 1, 500), withdraws: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const budget = createRetryBudget(SERVICE_DEFAULTS, 0);
        let nowMs = 0;
        let deposited = 0;
        let withdrawn = 0;
        for (const { gapMs: gap, deposits, withdraws } of events) {
          nowMs += gap;
          for (let call = 0; call < deposits; call += 1) budget.deposit(nowMs);
          deposited += deposits;
          if (withdraws && budget.withdraw(nowMs)) withdrawn += 1;
          expect(budget.balance(nowMs)).toBeGreaterThanOrEqual(0);
          expect(budget.balance(nowMs)).toBeLessThanOrEqual(Math.max(RESERVE, (0.2 * deposited) / 10) + 1e-9);
          expect(withdrawn).toBeLessThanOrEqual(RESERVE + 0.2 * deposited + nowMs / 1_000 + 1e-6);
        }
      }),
    );
  });
});
