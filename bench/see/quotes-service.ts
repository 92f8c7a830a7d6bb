import { contract, post, serve } from "shoal";
import { z } from "zod";

const Quote = z.object({ id: z.string(), cents: z.number(), notes: z.array(z.string()) });

const quotes = contract("quotes", {
  price: post("/quotes/:id/price", { params: z.object({ id: z.string() }), body: Quote, returns: Quote }),
});

/** The service whose telemetry is paid for. On a busy machine it is late, and serves all the same: nothing is shed. */
export const quotesService = serve(quotes, { price: ({ body }) => body }, { queueDelayMsMax: 60_000 });

/** What each request to it carries. */
export const QUOTE = JSON.stringify({ id: "42", cents: 1_250, notes: ["two copies", "by Friday"] });
export const QUOTE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "application/json",
  "content-length": String(QUOTE.length),
  "x-shoal-caller": "desk",
};
