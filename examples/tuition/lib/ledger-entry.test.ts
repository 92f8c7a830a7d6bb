import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payment } from "../testing/arbitraries.ts";
import { accountOf, imbalanceOf, isAccount, type Posting, sameEntry } from "./ledger-entry.ts";
import { entryOf, STEPS_BEHIND } from "./payment-entries.ts";

describe("a journal entry", () => {
  it("balances in each currency, for every step of every payment", () => {
    fc.assert(
      fc.property(payment, fc.constantFrom("fund", "convert", "payOut", "refund"), (given, step) => {
        expect(imbalanceOf(entryOf(given, step).postings)).toEqual({});
      }),
    );
  });

  it("says by how much each currency is out", () => {
    const postings: Posting[] = [
      { account: "bank:EUR", minor: 100 },
      { account: "customer:EUR", minor: -99 },
      { account: "bank:JPY", minor: 5 },
      { account: "fees:JPY", minor: -5 },
      { account: "bank:USD", minor: -7 },
    ];
    expect(imbalanceOf(postings)).toEqual({ EUR: "1", USD: "-7" });
  });

  it("is exact where numbers are not", () => {
    const postings = Array.from({ length: 3 }, () => ({ account: "bank:EUR", minor: Number.MAX_SAFE_INTEGER }));
    expect(imbalanceOf(postings)).toEqual({ EUR: String(3n * BigInt(Number.MAX_SAFE_INTEGER)) });
  });

  it("is the same as another only with the same memo and postings", () => {
    const entry = { reference: "r", memo: "m", postings: [{ account: "bank:EUR", minor: 1 }] };
    expect(sameEntry(entry, { ...entry })).toBe(true);
    expect(sameEntry(entry, { ...entry, memo: "n" })).toBe(false);
    expect(sameEntry(entry, { ...entry, postings: [{ account: "bank:EUR", minor: 2 }] })).toBe(false);
  });

  it("knows its accounts", () => {
    expect(isAccount(accountOf("bank", "EUR"))).toBe(true);
    for (const account of ["bank", "bank:XXX", "till:EUR", ":EUR", ""]) expect(isAccount(account)).toBe(false);
  });
});

describe("the entries of a payment", () => {
  it("leave nothing owed to the payer or the school, whether paid out or refunded", () => {
    fc.assert(
      fc.property(payment, fc.constantFrom("paidOut", "refunded"), (given, end) => {
        const owed = new Map<string, number>();
        for (const step of STEPS_BEHIND[end]) {
          for (const { account, minor } of entryOf(given, step).postings) {
            owed.set(account, (owed.get(account) ?? 0) + minor);
            if (/^(customer|payable):/.test(account)) expect(owed.get(account)).toBeLessThanOrEqual(0);
          }
        }
        for (const [account, minor] of owed) if (/^(customer|payable):/.test(account)) expect(minor).toBe(0);
      }),
    );
  });
});
