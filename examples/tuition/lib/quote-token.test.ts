import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amount, currency } from "../testing/arbitraries.ts";
import { priceOf } from "./pricing.ts";
import { openQuote, sealQuote } from "./quote-token.ts";

const KEY = "a key of this test";

const quote = fc
  .tuple(amount, currency, fc.nat())
  .map(([target, from, expiresMs]) => ({ schoolId: "ox-ac-uk", ...priceOf(target, from, "1.5"), expiresMs }));

describe("a quote's id", () => {
  it("opens to the quote it was made of", () => {
    fc.assert(
      fc.property(quote, (given) => {
        expect(openQuote(sealQuote(given, KEY), KEY)).toEqual(given);
      }),
    );
  });

  it("differs for two quotes that say the same: each can be paid once", () => {
    fc.assert(
      fc.property(quote, (given) => {
        expect(sealQuote(given, KEY)).not.toBe(sealQuote(given, KEY));
      }),
    );
  });

  it("opens to nothing when any character of it is another", () => {
    fc.assert(
      fc.property(quote, fc.nat(), fc.constantFrom(..."ABCxyz019-_."), (given, at, character) => {
        const id = sealQuote(given, KEY);
        const index = at % id.length;
        fc.pre(id[index] !== character);
        expect(openQuote(id.slice(0, index) + character + id.slice(index + 1), KEY)).toBeUndefined();
      }),
    );
  });

  it.each(["", ".", "a.b", "a.b.c", "x".repeat(1_000)])("opens to nothing for %j", (id) => {
    expect(openQuote(id, KEY)).toBeUndefined();
  });

  it("of another key opens to nothing", () => {
    fc.assert(
      fc.property(quote, (given) => {
        expect(openQuote(sealQuote(given, "another"), KEY)).toBeUndefined();
      }),
    );
  });
});
