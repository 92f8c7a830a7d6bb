import { serve } from "@hono/node-server";
import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { priced, type Quote } from "../../wire/quote.ts";
import { QuoteSchema } from "../../wire/quote-schema.ts";
import type { HttpServer } from "../levels.ts";

/** Validation is that of @hono/zod-validator. */
export const server: HttpServer = {
  serve(level) {
    const app = new Hono();
    if (level === "bare") app.post("/quotes", async (c) => c.json(priced(await c.req.json<Quote>())));
    else app.post("/quotes", zValidator("json", QuoteSchema), (c) => c.json(priced(c.req.valid("json"))));
    return new Promise((resolve) => {
      serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve(`http://127.0.0.1:${port}`));
    });
  },
};
