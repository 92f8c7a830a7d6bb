import { serve } from "shoal";
import { quotes } from "../../wire/contract.ts";
import { priced } from "../../wire/quote.ts";
import type { HttpServer } from "../levels.ts";

/** As it comes: it always validates, records and protects itself. */
export const server: HttpServer = {
  async serve() {
    const { address } = await serve(quotes, { price: ({ body }) => priced(body) }).listen({ port: 0 });
    return address;
  },
};
