import fc from "fast-check";
import { CURRENCIES } from "../lib/currency.ts";
import { money } from "../lib/money.ts";
import type { PaymentAmounts } from "../lib/payment-entries.ts";
import { priceOf } from "../lib/pricing.ts";

/** Values for the property tests of this example. */
export const currency = fc.constantFrom(...CURRENCIES);

/** Rates from the cheapest to the dearest pair of currencies there is, and beyond. */
export const rateText = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: -12, max: 2 }))
  .map(([digits, exponent]) => `${digits}e${exponent}`);

/** Up to a million major units of any currency. */
export const amount = fc
  .tuple(currency, fc.integer({ min: 1, max: 1_000_000_000 }))
  .map(([code, minor]) => money(code, minor));

export const payment: fc.Arbitrary<PaymentAmounts> = fc
  .tuple(fc.uuid(), amount, currency, fc.integer({ min: 1, max: 999_999 }))
  .map(([id, target, from, digits]) => ({ id, ...priceOf(target, from, `${digits}e-3`) }));
