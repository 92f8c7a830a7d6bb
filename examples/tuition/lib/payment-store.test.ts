import { describe, expect, it } from "vitest";
import { money } from "./money.ts";
import { newPayment, type Payment, paymentIdOf } from "./payment.ts";
import { openPaymentStore } from "./payment-store.ts";
import { priceOf } from "./pricing.ts";

function paymentOf(quoteId: string, cleared = true): Payment {
  const price = priceOf(money("GBP", 500_000), "INR", "0.0079");
  return newPayment({ ...price, quoteId, schoolId: "ox-ac-uk", studentId: "stu_1", payer: "Ada" }, cleared, 0);
}

describe("the payment store", () => {
  it("keeps one payment for one quote", () => {
    const store = openPaymentStore({ file: ":memory:" });
    const first = store.add(paymentOf("q-1"), 0);
    expect(store.add({ ...paymentOf("q-1"), payer: "Bob" }, 0)).toEqual(first);
    expect(first.id).toBe(paymentIdOf("q-1"));
  });

  it("lists payments in the order of their last change, so that a reader misses none", () => {
    const store = openPaymentStore({ file: ":memory:" });
    const [a, b] = [store.add(paymentOf("a"), 0), store.add(paymentOf("b"), 0)];
    const seen = store.changesAfter(0, 10).at(-1)?.change ?? 0;
    store.save({ ...a, cancelRequested: true }, 0);
    expect(store.changesAfter(seen, 10).map(({ payment }) => payment.id)).toEqual([a.id]);
    expect(store.changesAfter(0, 10).map(({ payment }) => payment.id)).toEqual([b.id, a.id]);
  });

  it("makes news of each state once", () => {
    const store = openPaymentStore({ file: ":memory:" });
    const payment = store.add(paymentOf("q-1"), 0);
    store.save({ ...payment, attempts: 1 }, 0);
    expect(store.dueNews(0, 10)).toEqual([
      { paymentId: payment.id, state: "screened", studentId: "stu_1", attempts: 0 },
    ]);
  });

  it("has nothing to do for a payment that was rejected", () => {
    const store = openPaymentStore({ file: ":memory:" });
    store.add(paymentOf("q-1", false), 0);
    expect([store.unfinished(), store.due(1e12, 10), store.dueNews(1e12, 10)]).toEqual([0, [], []]);
  });

  it("forgets the oldest payments over its bound, but none that is on its way", () => {
    const store = openPaymentStore({ file: ":memory:", paymentsMax: 5 });
    const waiting = store.add(paymentOf("waiting"), 0);
    for (let index = 0; index < 499; index += 1) store.add(paymentOf(`q-${index}`, false), 0);
    expect(store.changesAfter(0, 1_000)).toHaveLength(6);
    expect(store.get(waiting.id)).toEqual(waiting);
  });
});
