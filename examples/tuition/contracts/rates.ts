import { contract, get } from "shoal";
import { z } from "zod";
import { Currency } from "./money.ts";

const DayRate = z.object({
  from: Currency,
  to: Currency,
  /** A decimal: units of `to` for one unit of `from`, at the middle of the market. */
  rate: z.string(),
  /** The day it is of. */
  date: z.iso.date(),
});

/** What one currency is worth in another. */
export const rates = contract("rates", {
  getRate: get("/rates/:from/:to", {
    params: z.object({ from: Currency, to: Currency }),
    returns: DayRate,
    summary: "The day's rate between two currencies",
  }),
  listCurrencies: get("/currencies", {
    returns: z.object({ date: z.iso.date(), currencies: z.array(z.object({ code: Currency, decimals: z.int() })) }),
    summary: "The currencies we deal in",
  }),
});
