import { contract, post } from "shoal";
import { QuoteSchema } from "./quote-schema.ts";

/** The contract of all of Shoal's sides: request and reply are validated by its schema at both ends. */
export const quotes = contract("quotes", { price: post("/quotes", { body: QuoteSchema, returns: QuoteSchema }) });
