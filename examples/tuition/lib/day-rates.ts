import euro from "@fawazahmed0/currency-api/v1/currencies/eur.min.json" with { type: "json" };
import { CURRENCIES } from "./currency.ts";
import { crossRate, formatRate, parseRate, type Rate } from "./rate.ts";

/** The rates of one day. */
export interface DayRates {
  /** ISO date. */
  readonly date: string;
  /** A decimal: units of `to` for one unit of `from`. Throws RangeError for a currency we do not deal in. */
  readonly rate: (from: string, to: string) => string;
}

interface EuroFile {
  readonly date: string;
  readonly eur: Readonly<Record<string, number>>;
}

/**
 * The day's rates of the npm package @fawazahmed0/currency-api, which has a file for each currency; all the others
 * follow from what a euro buys. Throws when a currency we deal in is missing.
 */
export function loadDayRates(): DayRates {
  return dayRatesOf(euro);
}

export function dayRatesOf({ date, eur }: EuroFile): DayRates {
  const perEuro = new Map<string, Rate>();
  for (const currency of CURRENCIES) {
    const value = currency === "EUR" ? 1 : eur[currency.toLowerCase()];
    if (value === undefined) throw new Error(`the rates of ${date} lack ${currency}`);
    perEuro.set(currency, parseRate(String(value)));
  }
  const known = (currency: string) => {
    const rate = perEuro.get(currency);
    if (!rate) throw new RangeError(`unknown currency ${currency}`);
    return rate;
  };
  return { date, rate: (from, to) => formatRate(crossRate(known(from), known(to))) };
}
