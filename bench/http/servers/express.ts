import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { priced } from "../../wire/quote.ts";
import { QuoteSchema } from "../../wire/quote-schema.ts";
import { type HttpServer, INVALID_STATUS } from "../levels.ts";

/** Validation is zod's, in the handler: it has none of its own. */
export const server: HttpServer = {
  async serve(level) {
    const app = express();
    app.use(express.json());
    app.post("/quotes", (request, response) => {
      if (level === "bare") {
        response.json(priced(request.body));
        return;
      }
      const { success, data, error } = QuoteSchema.safeParse(request.body);
      if (success) response.json(priced(data));
      else response.status(INVALID_STATUS).json({ issues: error.issues });
    });
    const listening = app.listen(0, "127.0.0.1");
    await once(listening, "listening");
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  },
};
