import { exponentOf } from "./currency.ts";

/** An amount in minor units: `{ currency: "EUR", minor: 1250 }` is EUR 12.50, and JPY 1250 is JPY 1,250. */
export interface Money {
  /** ISO 4217. */
  readonly currency: string;
  /** A safe integer: money is never a fraction. */
  readonly minor: number;
}

/** Throws RangeError when `minor` is no safe integer: an amount that cannot be exact must not exist. */
export function money(currency: string, minor: number | bigint): Money {
  const amount = Number(minor);
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${minor} minor units of ${currency} are not exact`);
  return { currency, minor: amount };
}

/** Throws RangeError for two currencies. */
export function addMoney(left: Money, right: Money): Money {
  if (left.currency !== right.currency) throw new RangeError(`${left.currency} and ${right.currency} do not add up`);
  return money(left.currency, left.minor + right.minor);
}

/** An amount of major units, such as 1500 for EUR 1,500.00. */
export function major(currency: string, amount: number): Money {
  return money(currency, Math.round(amount * 10 ** exponentOf(currency)));
}

/** For people: "EUR 1,250.00", "JPY 1,250", "KWD 1.250". */
export function formatMoney({ currency, minor }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = exponent === 0 ? "" : `.${digits.slice(-exponent)}`;
  return `${currency} ${minor < 0 ? "-" : ""}${whole}${fraction}`;
}
