import { seededRandom } from "shoal/testing";
import { describe, expect, it } from "vitest";
import { type LedgerStore, openLedgerStore } from "./ledger-store.ts";
import { money } from "./money.ts";
import { newPayment, type Payment } from "./payment.ts";
import { createPaymentRunner } from "./payment-runner.ts";
import { type News, openPaymentStore, type PaymentStore } from "./payment-store.ts";
import { priceOf } from "./pricing.ts";

function paymentOf(quoteId: string, nowMs = 0): Payment {
  const price = priceOf(money("GBP", 500_000), "INR", "0.0079");
  return newPayment({ ...price, quoteId, schoolId: "ox-ac-uk", studentId: "stu_1", payer: "Ada" }, true, nowMs);
}

interface Faults {
  /** Runs before the ledger is asked, and after it has answered: a throw is a request or a reply that was lost. */
  readonly before?: () => void;
  readonly after?: () => void;
  readonly tell?: (news: News) => void;
}

function runnerOf(store: PaymentStore, books: LedgerStore, clock: { nowMs: number }, faults: Faults = {}) {
  const failures: string[] = [];
  const runner = createPaymentRunner({
    store,
    nowMs: () => clock.nowMs,
    failed: (what) => failures.push(what),
    async post(entry) {
      faults.before?.();
      const result = books.post(entry, clock.nowMs);
      if (result.kind !== "posted") throw new Error(result.kind);
      faults.after?.();
    },
    async tell(news) {
      faults.tell?.(news);
    },
  });
  const round = async (ms: number) => {
    clock.nowMs += ms;
    runner.tick();
    await runner.idle();
  };
  return { round, failures };
}

function scene() {
  return {
    store: openPaymentStore({ file: ":memory:" }),
    books: openLedgerStore({ file: ":memory:" }),
    clock: { nowMs: 0 },
  };
}

describe("the payment runner", () => {
  it("takes a payment to its end, one entry a step, and tells the student", async () => {
    const { store, books, clock } = scene();
    const told: string[] = [];
    const { id } = store.add(paymentOf("q-1"), 0);
    const { round } = runnerOf(store, books, clock, { tell: ({ state }) => told.push(state) });
    for (let at = 0; at < 10; at += 1) await round(1_000);
    expect(store.get(id)).toMatchObject({ state: "paidOut", dueMs: null, doing: null });
    expect(store.get(id)?.history.map(({ state }) => state)).toEqual([
      "created",
      "screened",
      "funded",
      "converted",
      "paidOut",
    ]);
    expect(books.after(0, 10).map(({ reference }) => reference)).toEqual([
      `${id}:fund`,
      `${id}:convert`,
      `${id}:payOut`,
    ]);
    expect(told.toSorted()).toEqual(["paidOut", "screened"]);
  });

  it("refunds a payment that is cancelled before its conversion", async () => {
    const { store, books, clock } = scene();
    const { id } = store.add(paymentOf("q-1"), 0);
    const { round } = runnerOf(store, books, clock);
    await round(1_000);
    const funded = store.get(id);
    expect(funded?.state).toBe("funded");
    if (funded) store.save({ ...funded, cancelRequested: true }, clock.nowMs);
    for (let at = 0; at < 5; at += 1) await round(1_000);
    expect(store.get(id)?.state).toBe("refunded");
    expect(books.totals().map(({ debit, credit }) => debit - credit)).toEqual([0n, 0n]);
  });

  it("begins a step on paper first, so that a cancellation during a conversion cannot become a refund as well", async () => {
    const { store, books, clock } = scene();
    const { id } = store.add(paymentOf("q-1"), 0);
    let lost = true;
    const { round } = runnerOf(store, books, clock, {
      after: () => {
        const now = store.get(id);
        if (now?.doing !== "convert" || !lost) return;
        lost = false;
        store.save({ ...now, cancelRequested: true }, clock.nowMs);
        throw new Error("the reply was lost");
      },
    });
    for (let at = 0; at < 20; at += 1) await round(1_000);
    expect(lost).toBe(false);
    expect(store.get(id)?.state).toBe("paidOut");
    expect(books.bounds().last).toBe(3);
  });

  it.each([1, 2, 3, 4, 5])(
    "pays each payment exactly once however many requests and replies are lost (seed %i)",
    async (seed) => {
      const { store, books, clock } = scene();
      const random = seededRandom(seed);
      const lose = () => {
        if (random() < 0.4) throw new Error("lost");
      };
      const ids = Array.from({ length: 20 }, (_, index) => store.add(paymentOf(`q-${index}`), 0).id);
      const { round, failures } = runnerOf(store, books, clock, { before: lose, after: lose, tell: lose });
      for (let at = 0; at < 300; at += 1) await round(1_000);
      expect(failures.length).toBeGreaterThan(10);
      expect(ids.map((id) => store.get(id)?.state)).toEqual(ids.map(() => "paidOut"));
      expect(books.bounds().last).toBe(ids.length * 3);
      expect(store.dueNews(clock.nowMs + 1e9, 100)).toEqual([]);
    },
  );

  it("gives up a message that can never be delivered, and says so", async () => {
    const { store, books, clock } = scene();
    store.add(paymentOf("q-1"), 0);
    const { round, failures } = runnerOf(store, books, clock, {
      tell: () => {
        throw new Error("no such student");
      },
    });
    for (let at = 0; at < 200; at += 1) await round(30_000);
    expect(failures.filter((what) => what.startsWith("giving up"))).toHaveLength(2);
    expect(store.dueNews(clock.nowMs + 1e9, 100)).toEqual([]);
  });
});
