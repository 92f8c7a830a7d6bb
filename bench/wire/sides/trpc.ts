import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { priced } from "../quote.ts";
import { QuoteSchema } from "../quote-schema.ts";
import type { OneCall, Side } from "../side.ts";

const t = initTRPC.create();
const router = t.router({ price: t.procedure.input(QuoteSchema).mutation(({ input }) => priced(input)) });

/** As its documentation starts: calls of one tick travel in one request. */
export const side: Side = {
  async serve() {
    const server = createHTTPServer({ router, maxBatchSize: 1_000 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  open([url = ""]): Promise<OneCall> {
    const client = createTRPCClient<typeof router>({ links: [httpBatchLink({ url })] });
    return Promise.resolve((quote) => client.price.mutate(quote));
  },
};
