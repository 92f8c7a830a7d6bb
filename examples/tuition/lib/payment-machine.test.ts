import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canCancel, isFinal, PAYMENT_STATES, paymentNext, stepOf } from "./payment-machine.ts";

describe("a payment", () => {
  it("is paid out in the end when nobody cancels", () => {
    const seen = walk(() => false);
    expect(seen).toEqual(["screened", "funded", "converted", "paidOut"]);
  });

  it("ends paid out, refunded or cancelled, whenever the payer cancels", () => {
    fc.assert(
      fc.property(fc.nat(4), (after) => {
        const seen = walk((steps) => steps >= after);
        const last = seen.at(-1);
        expect(["paidOut", "refunded", "cancelled"]).toContain(last);
        expect(last === "paidOut").toBe(after >= 2);
      }),
    );
  });

  it("can be cancelled until its money is being converted", () => {
    expect(PAYMENT_STATES.filter((state) => canCancel(state, undefined))).toEqual(["screened", "funded"]);
    expect(canCancel("screened", "fund")).toBe(true);
    expect(canCancel("funded", "convert")).toBe(false);
  });

  it.each(["paidOut", "refunded", "cancelled", "rejected"] as const)("that is %s stays so", (state) => {
    expect(isFinal(state)).toBe(true);
    expect(stepOf(state, true)).toBeUndefined();
    expect(paymentNext(state, "fund")).toBeUndefined();
  });

  it("never goes from screening to a refund, or from payout anywhere", () => {
    expect(paymentNext("screened", "refund")).toBeUndefined();
    expect(paymentNext("converted", "refund")).toBeUndefined();
  });
});

/** Walks from screening to the end. @param cancelled Whether the payer has cancelled by this number of steps. */
function walk(cancelled: (steps: number) => boolean): string[] {
  let state = paymentNext("created", "cleared") ?? "created";
  const seen: string[] = [state];
  for (let steps = 0; steps < 10; steps += 1) {
    const step = stepOf(state, cancelled(steps));
    if (!step) break;
    state = paymentNext(state, step) ?? state;
    seen.push(state);
  }
  return seen;
}
