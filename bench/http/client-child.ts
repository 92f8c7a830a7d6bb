// The client.
import { answerParent } from "../support/children.ts";
import { closedLoad } from "../support/load.ts";
import { FEE_CENTS, quoteOf } from "../wire/quote.ts";
import { type ClientName, openClient } from "./client-sides.ts";

const [name, address = ""] = process.argv.slice(2) as [ClientName, string];
const call = await openClient[name](address);
const quote = quoteOf(100);

answerParent({}, (question: { readonly inFlight: number; readonly ms: number }) =>
  closedLoad(async () => {
    const { cents } = await call(quote);
    if (cents !== quote.cents + FEE_CENTS) throw new Error("answered wrongly");
  }, question),
);
