import { serve, use } from "shoal";
import { quotes } from "../contract.ts";
import type { Side } from "../side.ts";

/** The most that a load here has in flight: over HTTP/1.1, 32 of them travel and the rest wait for their turn. */
const WAITERS_MAX = 1_024;

/** The stacks as they come. Only without the mux wire is it said that a crowd may wait: by default it would be refused. */
export const side: Side = {
  async serve(work) {
    const { address } = await serve(quotes, { price: ({ body }) => work(body) }).listen({ port: 0 });
    return address;
  },
  open(addresses) {
    process.env["SHOAL_STATIC"] = `quotes=${addresses.join("|")}`;
    const { price } = use(quotes, process.env["SHOAL_MUX"] === "off" ? { waitersMax: WAITERS_MAX } : {});
    return Promise.resolve((quote) => price({ body: quote }));
  },
};
