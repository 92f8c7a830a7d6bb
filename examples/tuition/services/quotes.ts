import { serve, use } from "shoal";
import { quotes } from "../contracts/quotes.ts";
import { rates } from "../contracts/rates.ts";
import { schoolLink, schools } from "../contracts/schools.ts";
import { instead } from "../lib/instead.ts";
import { type Price, priceOf } from "../lib/pricing.ts";
import { openQuote, type PricedQuote, sealQuote } from "../lib/quote-token.ts";

/** Every instance must have the same; in earnest it comes from a vault and not from a default. */
const key = process.env["QUOTE_KEY"] ?? "only for the example";

/** Keeps nothing: a quote's id is the quote itself, signed. So any instance can answer for any quote. */
export default serve(quotes, () => {
  const schoolBook = use(schools);
  const market = use(rates);
  return {
    async createQuote({ body: { schoolId, target, currency, validSeconds } }) {
      const { schoolUnknown } = quotes.errors;
      const school = await instead(schoolBook.getSchool({ params: { id: schoolId } }), { schoolUnknown });
      if (target.currency !== school.currency) {
        throw quotes.errors.currencyMismatch({ invoiced: target.currency, expected: school.currency });
      }
      const { rate } = await market.getRate({ params: { from: currency, to: target.currency } });
      const price = exactly(() => priceOf(target, currency, rate));
      const quote = { ...price, schoolId, expiresMs: Date.now() + validSeconds * 1_000 };
      return view(sealQuote(quote, key), quote);
    },
    getQuote({ params: { id } }) {
      const quote = openQuote(id, key);
      if (!quote) throw quotes.errors.quoteUnknown();
      return view(id, quote);
    },
  };
});

/** Amounts that cannot be kept exact are refused. */
function exactly(price: () => Price): Price {
  try {
    return price();
  } catch (error) {
    if (error instanceof RangeError) throw quotes.errors.amountTooLarge();
    throw error;
  }
}

function view(id: string, { expiresMs, ...quote }: PricedQuote) {
  const school = schoolLink.to({ params: { id: quote.schoolId } });
  return { ...quote, id, expiresAt: new Date(expiresMs).toISOString(), school };
}
