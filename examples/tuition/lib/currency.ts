import { COUNTRY_CURRENCIES } from "./country-currencies.ts";

/** ISO 4217 minor units of the currencies that do not have two decimals. */
const UNUSUAL_EXPONENTS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  TND: 3,
  UGX: 0,
  VND: 0,
};

/** Every currency that can be paid from or to, sorted. */
export const CURRENCIES: readonly string[] = [...new Set(Object.values(COUNTRY_CURRENCIES))].sort();

const known = new Set(CURRENCIES);

export function isCurrency(code: string): boolean {
  return known.has(code);
}

/** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD. Throws RangeError for an unknown currency. */
export function exponentOf(currency: string): number {
  if (!isCurrency(currency)) throw new RangeError(`unknown currency ${currency}`);
  return UNUSUAL_EXPONENTS[currency] ?? 2;
}
