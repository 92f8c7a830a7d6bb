import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amount, currency } from "../testing/arbitraries.ts";
import { money } from "./money.ts";
import { priceOf } from "./pricing.ts";
import { convert, parseRate } from "./rate.ts";

describe("a price", () => {
  it("takes margin and fee so that the school gets exactly its invoice", () => {
    expect(priceOf(money("GBP", 1_000_000), "EUR", "0.85")).toEqual({
      target: money("GBP", 1_000_000),
      rate: "0.8449",
      source: money("EUR", 1_183_573),
      fee: money("EUR", 5_918),
      total: money("EUR", 1_189_491),
    });
  });

  it("in the school's own currency has a fee but no margin", () => {
    expect(priceOf(money("EUR", 10_000), "EUR", "1")).toMatchObject({
      rate: "1",
      source: money("EUR", 10_000),
      total: money("EUR", 10_050),
    });
  });

  it("never pays out more than was taken, at the rate shown", () => {
    fc.assert(
      fc.property(amount, currency, fc.integer({ min: 1, max: 999_999 }), (target, from, digits) => {
        const price = priceOf(target, from, `${digits}e-3`);
        const worth = convert(price.source, parseRate(price.rate), target.currency, "down");
        expect(worth.minor).toBeGreaterThanOrEqual(target.minor);
        expect(price.fee.minor).toBeGreaterThan(0);
        expect(price.total.minor).toBe(price.source.minor + price.fee.minor);
      }),
    );
  });
});
