import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amount, currency, rateText } from "../testing/arbitraries.ts";
import { money } from "./money.ts";
import { convert, crossRate, formatRate, inverseOf, parseRate, withMargin } from "./rate.ts";

describe("a rate", () => {
  it.each([
    ["1.0825", "1.0825"],
    ["178.90554702", "178.90554702"],
    ["3.2e-5", "0.000032"],
    ["1e3", "1000"],
    ["0.00000123456789", "0.00000123456789"],
    ["123456789012345", "123456789012345"],
  ])("of %s reads %s", (given, text) => {
    expect(formatRate(parseRate(given))).toBe(text);
  });

  it.each(["", "0", "0.000", "-1", "1,5", "NaN", "1e", "Infinity", "1e999"])("is never %j", (text) => {
    expect(() => parseRate(text)).toThrow(RangeError);
  });

  it("in text never buys more than the rate itself, and loses under one part in 10^11", () => {
    fc.assert(
      fc.property(rateText, rateText, (left, right) => {
        const rate = crossRate(parseRate(left), parseRate(right));
        const read = parseRate(formatRate(rate));
        const lost = rate.numerator * read.denominator - read.numerator * rate.denominator;
        expect(lost >= 0n).toBe(true);
        expect(lost * 10n ** 11n <= rate.numerator * read.denominator).toBe(true);
      }),
    );
  });

  it("between two currencies comes from what one euro buys of each", () => {
    const rate = crossRate(parseRate("1.25"), parseRate("150"));
    expect(convert(money("USD", 10_000), rate, "JPY", "down")).toEqual(money("JPY", 12_000));
  });

  it("with a margin buys less", () => {
    const rate = withMargin(parseRate("2"), 50);
    expect(convert(money("EUR", 10_000), rate, "USD", "down")).toEqual(money("USD", 19_900));
  });
});

describe("conversion", () => {
  it.each([
    { from: money("EUR", 100), rate: "178.9", rounding: "down", to: money("JPY", 178) },
    { from: money("EUR", 100), rate: "178.9", rounding: "up", to: money("JPY", 179) },
    { from: money("JPY", 1_000), rate: "0.00196", rounding: "down", to: money("KWD", 1_960) },
    { from: money("KWD", 1), rate: "3.24", rounding: "down", to: money("USD", 0) },
    { from: money("KWD", 1), rate: "3.24", rounding: "up", to: money("USD", 1) },
    { from: money("EUR", -100), rate: "178.9", rounding: "down", to: money("JPY", -179) },
    { from: money("EUR", -100), rate: "178.9", rounding: "up", to: money("JPY", -178) },
  ] as const)(
    "knows both currencies' decimals: $from at $rate, rounded $rounding, is $to",
    ({ from, rate, rounding, to }) => {
      expect(convert(from, parseRate(rate), to.currency, rounding)).toEqual(to);
    },
  );

  it("there and back never makes money", () => {
    fc.assert(
      fc.property(amount, currency, rateText, (from, to, text) => {
        const rate = parseRate(text);
        const there = tryConvert(() => convert(from, rate, to, "down"));
        if (!there) return;
        const back = convert(there, inverseOf(rate), from.currency, "down");
        expect(back.minor).toBeLessThanOrEqual(from.minor);
      }),
    );
  });

  it("rounded down and up differ by at most one minor unit", () => {
    fc.assert(
      fc.property(amount, currency, rateText, (from, to, text) => {
        const down = tryConvert(() => convert(from, parseRate(text), to, "down"));
        const up = tryConvert(() => convert(from, parseRate(text), to, "up"));
        if (down && up) expect([0, 1]).toContain(up.minor - down.minor);
      }),
    );
  });
});

/** Undefined for results that are too large to be exact, which `convert` refuses. */
function tryConvert<Result>(task: () => Result): Result | undefined {
  try {
    return task();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}
