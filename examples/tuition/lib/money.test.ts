import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currency } from "../testing/arbitraries.ts";
import { CURRENCIES, exponentOf } from "./currency.ts";
import { addMoney, formatMoney, major, money } from "./money.ts";

describe("money", () => {
  it.each([
    [money("EUR", 125_000), "EUR 1,250.00"],
    [money("JPY", 1_250), "JPY 1,250"],
    [money("KWD", 1_250), "KWD 1.250"],
    [money("USD", 5), "USD 0.05"],
    [money("USD", -123_456_789), "USD -1,234,567.89"],
    [money("KWD", 7), "KWD 0.007"],
  ])("is written for people with its currency's decimals: %o", (amount, text) => {
    expect(formatMoney(amount)).toBe(text);
  });

  it("is made of major units by its currency's exponent", () => {
    expect([major("EUR", 12.5), major("JPY", 12), major("KWD", 12.5)].map(({ minor }) => minor)).toEqual([
      1_250, 12, 12_500,
    ]);
  });

  it.each([0.5, Number.NaN, 2 ** 53])("is never %d minor units", (minor) => {
    expect(() => money("EUR", minor)).toThrow(RangeError);
  });

  it("of two currencies does not add up", () => {
    expect(addMoney(money("EUR", 1), money("EUR", 2))).toEqual(money("EUR", 3));
    expect(() => addMoney(money("EUR", 1), money("USD", 2))).toThrow("EUR and USD");
  });

  it("that would no longer be exact is refused when added", () => {
    expect(() => addMoney(money("EUR", Number.MAX_SAFE_INTEGER), money("EUR", 1))).toThrow(RangeError);
  });

  it("in text says exactly its minor units, in every currency", () => {
    fc.assert(
      fc.property(currency, fc.maxSafeInteger(), (code, minor) => {
        const digits = formatMoney(money(code, minor)).replace(/[^\d-]/g, "");
        expect(BigInt(digits)).toBe(BigInt(minor));
      }),
    );
  });

  it("has an exponent in every currency, and none in an unknown one", () => {
    for (const code of CURRENCIES) expect([0, 2, 3]).toContain(exponentOf(code));
    expect(() => exponentOf("XXX")).toThrow("unknown currency XXX");
  });
});
