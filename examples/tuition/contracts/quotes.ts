import { contract, get, link, post, withLinks } from "shoal";
import { z } from "zod";
import { Currency, Money, Price } from "./money.ts";
import { SchoolId, schoolLink } from "./schools.ts";

export const QuoteId = z.string().min(1).max(400);

const Quote = withLinks(
  z.object({
    id: QuoteId,
    schoolId: SchoolId,
    /** What the school gets. */
    target: Money,
    /** What is converted. */
    source: Money,
    fee: Money,
    /** What the payer pays: source and fee. */
    total: Money,
    /** A decimal: units of the target's currency for one unit of the source's, our margin taken. */
    rate: z.string(),
    expiresAt: z.iso.datetime(),
  }),
  { school: schoolLink },
);

export const NewQuote = z.object({
  schoolId: SchoolId,
  /** What the school invoiced; its currency must be the school's. */
  target: Price,
  /** What the payer pays in. */
  currency: Currency,
  validSeconds: z.int().min(1).max(1_800).default(1_800),
});

/** What a payment costs, and for how long we stand by it. */
export const quotes = contract("quotes", {
  createQuote: post("/quotes", {
    body: NewQuote,
    returns: Quote,
    errors: { schoolUnknown: 404, currencyMismatch: 422, amountTooLarge: 422 },
    idempotent: true,
    status: 201,
    summary: "A price that holds for a while",
  }),
  getQuote: get("/quotes/:id", {
    params: z.object({ id: QuoteId }),
    returns: Quote,
    errors: { quoteUnknown: 404 },
    summary: "A quote, expired or not",
  }),
});

export const quoteLink = link(quotes.operations.getQuote);
