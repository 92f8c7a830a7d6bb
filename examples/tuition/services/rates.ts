import { serve } from "shoal";
import { rates } from "../contracts/rates.ts";
import { CURRENCIES, exponentOf } from "../lib/currency.ts";
import { loadDayRates } from "../lib/day-rates.ts";

export default serve(rates, () => {
  const today = loadDayRates();
  return {
    getRate({ params: { from, to } }) {
      return { from, to, rate: today.rate(from, to), date: today.date };
    },
    listCurrencies() {
      const currencies = CURRENCIES.map((code) => ({ code, decimals: exponentOf(code) }));
      return { date: today.date, currencies };
    },
  };
});
