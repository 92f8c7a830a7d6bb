import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payment } from "../testing/arbitraries.ts";
import { ACCOUNT_KINDS, accountOf, type EntryDraft } from "./ledger-entry.ts";
import { openLedgerStore, trialBalanceOf } from "./ledger-store.ts";
import { entryOf } from "./payment-entries.ts";

const balanced: EntryDraft = {
  reference: "r-1",
  memo: "a deposit",
  postings: [
    { account: "bank:EUR", minor: 100 },
    { account: "customer:EUR", minor: -100 },
  ],
};

/** Any entry at all: balanced or not, in one currency or three, of small amounts or the largest there are. */
const anyEntry: fc.Arbitrary<EntryDraft> = fc.record({
  reference: fc.stringMatching(/^[a-e]$/),
  memo: fc.constantFrom("one", "two"),
  postings: fc.oneof(
    fc.array(
      fc.record({
        account: fc
          .tuple(fc.constantFrom(...ACCOUNT_KINDS), fc.constantFrom("EUR", "JPY", "KWD"))
          .map(([kind, code]) => accountOf(kind, code)),
        minor: fc.oneof(
          fc.integer({ min: -5, max: 5 }),
          fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER),
        ),
      }),
      { minLength: 2, maxLength: 6 },
    ),
    fc.nat(1_000).map((minor) => [
      { account: "bank:EUR", minor },
      { account: "customer:EUR", minor: -minor },
    ]),
  ),
});

describe("the ledger", () => {
  it("balances in every currency after any sequence of entries, and its sums are those of its entries", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), (drafts) => {
        const books = openLedgerStore({ file: ":memory:" });
        for (const draft of drafts) books.post(draft, 0);
        for (const { debit, credit } of trialBalanceOf(books.totals())) expect(debit).toBe(credit);
        expect(sumsOf(books.after(0, 100))).toEqual(Object.fromEntries(books.totals().map(netOf)));
        books.close();
      }),
    );
  });

  it("never owes anybody less than nothing", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), (drafts) => {
        const books = openLedgerStore({ file: ":memory:" });
        for (const draft of drafts) books.post(draft, 0);
        for (const { account, debit, credit } of books.totals()) {
          if (/^(customer|payable):/.test(account)) expect(credit >= debit).toBe(true);
        }
        books.close();
      }),
    );
  });

  it("takes every payment's entries in their order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(payment, { selector: ({ id }) => id, maxLength: 10 }), (payments) => {
        const books = openLedgerStore({ file: ":memory:" });
        for (const step of ["fund", "convert", "payOut"] as const) {
          for (const each of payments) expect(books.post(entryOf(each, step), 0).kind).toBe("posted");
        }
        books.close();
      }),
    );
  });

  it("refuses an entry that does not balance, and says by how much", () => {
    const books = openLedgerStore({ file: ":memory:" });
    const postings = [
      { account: "bank:EUR", minor: 100 },
      { account: "customer:JPY", minor: -100 },
    ];
    expect(books.post({ ...balanced, postings }, 0)).toEqual({ kind: "unbalanced", net: { EUR: "100", JPY: "-100" } });
    expect(books.bounds()).toEqual({ oldest: null, last: 0 });
  });

  it("gives the first entry again for the same reference, and refuses another entry under it", () => {
    const books = openLedgerStore({ file: ":memory:" });
    const first = books.post(balanced, 1);
    expect(books.post(balanced, 2)).toEqual(first);
    expect(books.post({ ...balanced, memo: "another" }, 3)).toEqual({ kind: "referenceTaken" });
    expect(books.totals()).toHaveLength(2);
  });

  it("leaves nothing behind of an entry that would overdraw what we owe", () => {
    const books = openLedgerStore({ file: ":memory:" });
    books.post(balanced, 0);
    const postings = [
      { account: "customer:EUR", minor: 101 },
      { account: "bank:EUR", minor: -101 },
    ];
    const before = books.totals();
    expect(books.post({ reference: "r-2", memo: "", postings }, 0)).toEqual({
      kind: "overdrawn",
      account: "customer:EUR",
    });
    expect(books.totals()).toEqual(before);
    expect(books.byReference("r-2")).toBeUndefined();
  });

  it("keeps sums exact beyond what a number can hold", () => {
    const books = openLedgerStore({ file: ":memory:" });
    for (let entry = 0; entry < 5; entry += 1) {
      const minor = Number.MAX_SAFE_INTEGER;
      const postings = [
        { account: "bank:IDR", minor },
        { account: "customer:IDR", minor: -minor },
      ];
      books.post({ reference: `r-${entry}`, memo: "", postings }, 0);
    }
    expect(books.totals()[0]).toEqual({ account: "bank:IDR", debit: 5n * BigInt(Number.MAX_SAFE_INTEGER), credit: 0n });
  });

  it("forgets the oldest entries over its bound, and no sum", () => {
    const books = openLedgerStore({ file: ":memory:", entriesMax: 10 });
    for (let entry = 1; entry <= 1_000; entry += 1) books.post({ ...balanced, reference: `r-${entry}` }, 0);
    expect(books.bounds()).toEqual({ oldest: 991, last: 1_000 });
    expect(books.totals()[0]).toEqual({ account: "bank:EUR", debit: 100_000n, credit: 0n });
  });
});

function netOf({ account, debit, credit }: { account: string; debit: bigint; credit: bigint }): [string, bigint] {
  return [account, debit - credit];
}

function sumsOf(entries: readonly EntryDraft[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { account, minor } of entries.flatMap(({ postings }) => postings)) {
    sums[account] = (sums[account] ?? 0n) + BigInt(minor);
  }
  return sums;
}
