import { exponentOf } from "./currency.ts";
import { type Money, money } from "./money.ts";

/** How many units of one currency one unit of another buys, exactly. */
export interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export type Rounding = "down" | "up";

/** Significant digits of a rate in a message: enough that EUR 1 billion converts to the cent. */
const RATE_DIGITS = 12;

/** "1.0825" or "3.2e-5". Throws RangeError for anything else, for zero and for negative numbers. */
export function parseRate(decimal: string): Rate {
  const match = /^(\d{1,40})(?:\.(\d{1,60}))?(?:e([+-]?\d{1,2}))?$/.exec(decimal);
  if (!match) throw new RangeError(`${decimal} is no rate`);
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) throw new RangeError("a rate is more than 0");
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

/** The rate from one currency to another, given what one unit of a third buys of each. */
export function crossRate(perBaseFrom: Rate, perBaseTo: Rate): Rate {
  return {
    numerator: perBaseTo.numerator * perBaseFrom.denominator,
    denominator: perBaseTo.denominator * perBaseFrom.numerator,
  };
}

export function inverseOf({ numerator, denominator }: Rate): Rate {
  return { numerator: denominator, denominator: numerator };
}

/** A rate that is worse for the customer by `bps` hundredths of a percent: it buys less. */
export function withMargin({ numerator, denominator }: Rate, bps: number): Rate {
  return { numerator: numerator * BigInt(10_000 - bps), denominator: denominator * 10_000n };
}

/** A decimal of 12 significant digits, rounded down: what is read back never buys more than the rate itself. */
export function formatRate({ numerator, denominator }: Rate): string {
  let shift = 0;
  while (numerator * 10n ** BigInt(shift) < 10n ** BigInt(RATE_DIGITS - 1) * denominator) shift += 1;
  if (shift === 0) return String(numerator / denominator);
  const digits = String((numerator * 10n ** BigInt(shift)) / denominator).padStart(shift + 1, "0");
  const fraction = digits.slice(-shift).replace(/0+$/, "");
  const whole = digits.slice(0, -shift);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/**
 * Money in another currency. What is paid out is rounded down, what is taken is rounded up: rounding never makes money.
 * Throws RangeError when the result is too large to be exact.
 */
export function convert(amount: Money, rate: Rate, currency: string, rounding: Rounding): Money {
  const shift = exponentOf(currency) - exponentOf(amount.currency);
  const top = BigInt(amount.minor) * rate.numerator * 10n ** BigInt(Math.max(0, shift));
  const bottom = rate.denominator * 10n ** BigInt(Math.max(0, -shift));
  return money(currency, rounding === "down" ? floorDivide(top, bottom) : -floorDivide(-top, bottom));
}

/** Towards minus infinity; BigInt division goes towards zero. */
function floorDivide(top: bigint, bottom: bigint): bigint {
  const quotient = top / bottom;
  return top % bottom !== 0n && top < 0n ? quotient - 1n : quotient;
}
