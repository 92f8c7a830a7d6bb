import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { QuoteSchema } from "../quote-schema.ts";
import type { OneCall, Side, Work } from "../side.ts";

const t = initTRPC.create();
const routerFor = (work: Work) =>
  t.router({ price: t.procedure.input(QuoteSchema).mutation(({ input }) => work(input)) });

/** As its documentation starts: calls of one tick travel in one request. */
export const side: Side = {
  async serve(work) {
    const server = createHTTPServer({ router: routerFor(work), maxBatchSize: 1_000 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  open([url = ""]): Promise<OneCall> {
    const client = createTRPCClient<ReturnType<typeof routerFor>>({ links: [httpBatchLink({ url })] });
    return Promise.resolve((quote) => client.price.mutate(quote));
  },
};
