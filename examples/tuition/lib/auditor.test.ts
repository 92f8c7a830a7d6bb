import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payment as anyPayment } from "../testing/arbitraries.ts";
import { type AuditedEntry, type AuditedPayment, createAuditor } from "./auditor.ts";
import type { EntryDraft } from "./ledger-entry.ts";
import { openLedgerStore, type StoredEntry, trialBalanceOf } from "./ledger-store.ts";
import { money } from "./money.ts";
import { entryOf, STEPS_BEHIND } from "./payment-entries.ts";
import { priceOf } from "./pricing.ts";

const STARTED = "2026-01-01T00:00:00.000Z";

function paymentOf(id: string, state: AuditedPayment["state"] = "paidOut"): AuditedPayment {
  return { id, state, ...priceOf(money("GBP", 500_000), "INR", "0.0079") };
}

function audited({ postedMs, ...entry }: StoredEntry): AuditedEntry {
  return { ...entry, postedAt: new Date(Date.parse(STARTED) + postedMs).toISOString() };
}

/** An audit of a ledger that has these entries, and of these payments. */
function auditOf(drafts: readonly EntryDraft[], payments: readonly AuditedPayment[], checks = 1) {
  const books = openLedgerStore({ file: ":memory:" });
  for (const draft of drafts) expect(books.post(draft, 1).kind).toBe("posted");
  const trial = trialOf(books.totals(), books.bounds().last);
  const auditor = createAuditor(STARTED);
  auditor.payments(payments);
  auditor.entries(books.after(0, 1_000).map(audited));
  for (let check = 0; check < checks; check += 1) auditor.conclude(trial);
  return { auditor, trial, kinds: auditor.findings().map(({ kind }) => kind) };
}

function trialOf(totals: Parameters<typeof trialBalanceOf>[0], lastEntry: number) {
  const currencies = trialBalanceOf(totals).map(({ currency, debit, credit }) => ({
    currency,
    debit: String(debit),
    credit: String(credit),
  }));
  return { lastEntry, currencies };
}

function entriesOf(payment: AuditedPayment, state: keyof typeof STEPS_BEHIND = "paidOut"): EntryDraft[] {
  return STEPS_BEHIND[state].map((step) => entryOf(payment, step));
}

describe("the audit", () => {
  it("finds nothing where there is nothing, for any payments and any of their ends", () => {
    const ends = fc.constantFrom("paidOut", "refunded", "converted", "funded");
    const cases = fc.array(fc.tuple(anyPayment, ends), { maxLength: 10 });
    fc.assert(
      fc.property(cases, (given) => {
        const payments = given.map(([payment, state]) => ({ ...payment, state }));
        const entries = payments.flatMap((payment) => entriesOf(payment, payment.state));
        expect(auditOf(entries, payments, 10).auditor.findings()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("finds a paid-out payment whose entries are missing", () => {
    const payment = paymentOf("p1");
    expect(auditOf(entriesOf(payment).slice(0, 2), [payment]).kinds).toEqual(["missing-entry"]);
    expect(auditOf([], [payment]).kinds).toEqual(["missing-entry", "missing-entry", "missing-entry"]);
  });

  it("finds an entry of another amount than the payment's", () => {
    const payment = paymentOf("p1");
    const other = { ...payment, ...priceOf(money("GBP", 500_001), "INR", "0.0079") };
    expect(auditOf(entriesOf(other), [payment]).kinds).toEqual(["wrong-amount", "wrong-amount", "wrong-amount"]);
  });

  it("finds money that moved for a payment that was cancelled, or both paid out and refunded", () => {
    expect(auditOf([entryOf(paymentOf("p1"), "fund")], [paymentOf("p1", "cancelled")]).kinds).toEqual(["extra-entry"]);
    const both = [
      ...entriesOf(paymentOf("p1")),
      entryOf(paymentOf("p2"), "fund"),
      { ...entryOf(paymentOf("p2"), "refund"), reference: "p1:refund" },
    ];
    expect(auditOf(both, [paymentOf("p1"), paymentOf("p2", "funded")]).kinds).toContain("extra-entry");
  });

  it("finds entries without a payment, but gives their payment time to be seen", () => {
    const entries = entriesOf(paymentOf("p1"));
    expect(auditOf(entries, [], 4).kinds).toEqual([]);
    expect(auditOf(entries, [], 5).kinds).toEqual(["orphan-entry"]);
  });

  it("finds an entry that comes after its payment has ended", () => {
    const payment = paymentOf("p1");
    const { auditor } = auditOf(entriesOf(payment), [payment]);
    auditor.entries([{ ...entryOf(payment, "refund"), id: 4, postedAt: STARTED }]);
    expect(auditor.findings().map(({ kind }) => kind)).toEqual(["late-entry"]);
  });

  it("finds an entry that does not balance, a reference used twice and a gap", () => {
    const auditor = createAuditor(STARTED);
    const [fund] = entriesOf(paymentOf("p1"));
    if (!fund) throw new Error("a payment has entries");
    const crooked = { ...fund, reference: "p2:fund", postings: [{ account: "bank:EUR", minor: 1 }] };
    auditor.entries([
      { ...fund, id: 1, postedAt: STARTED },
      { ...fund, id: 2, postedAt: STARTED },
      { ...crooked, id: 4, postedAt: STARTED },
    ]);
    expect(auditor.findings().map(({ kind }) => kind)).toEqual([
      "duplicate-reference",
      "unbalanced-entry",
      "missing-entry",
    ]);
  });

  it("finds accounts whose sums are not those of the entries, or do not balance", () => {
    const payment = paymentOf("p1");
    const { auditor, trial } = auditOf(entriesOf(payment), [payment]);
    const [first, ...others] = trial.currencies;
    if (!first) throw new Error("there are currencies");
    const wrong = { ...first, debit: String(BigInt(first.debit) + 1n) };
    auditor.conclude({ ...trial, currencies: [wrong, ...others] });
    expect(auditor.findings()).toMatchObject([{ kind: "wrong-sum", subject: first.currency }]);
  });

  it("may begin when the ledger has forgotten its first entries, and still sees sums go wrong", () => {
    const books = openLedgerStore({ file: ":memory:" });
    const payments = ["p1", "p2"].map((id) => paymentOf(id));
    for (const entry of payments.flatMap((payment) => entriesOf(payment))) books.post(entry, 1);
    const trial = trialOf(books.totals(), 6);
    const auditor = createAuditor(STARTED);
    auditor.payments(payments.slice(1));
    auditor.entries(books.after(3, 10).map(audited));
    auditor.conclude(trial);
    expect(auditor.findings()).toEqual([]);
    auditor.conclude({ ...trial, currencies: trial.currencies.map((sums) => ({ ...sums, debit: "1", credit: "1" })) });
    expect(auditor.findings().map(({ kind }) => kind)).toEqual(["wrong-sum", "wrong-sum"]);
  });

  it("counts what it has checked, and keeps what it has found", () => {
    const payment = paymentOf("p1");
    const { auditor, trial } = auditOf(entriesOf(payment), [payment, paymentOf("p2", "screened")]);
    expect(auditor.counted()).toEqual({ entries: 3, payments: 1 });
    auditor.payments([paymentOf("p3")]);
    auditor.conclude(trial);
    auditor.conclude(trial);
    expect(auditor.findings()).toHaveLength(3);
  });
});
