import { z } from "zod";
import { isCurrency } from "../lib/currency.ts";

/** An ISO 4217 code that the company deals in. */
export const Currency = z.string().length(3).refine(isCurrency, "must be the ISO 4217 code of a currency we deal in");

/** Minor units: cents of a euro, yen, fils of a dinar. */
export const Money = z.object({ currency: Currency, minor: z.int() });

/** Money that somebody pays. */
export const Price = z.object({ currency: Currency, minor: z.int().positive() });
