import Fastify from "fastify";
import { priced, type Quote } from "../../wire/quote.ts";
import type { HttpServer } from "../levels.ts";

const string = { type: "string" } as const;
const quote = {
  type: "object",
  required: ["id", "from", "to", "cents", "notes"],
  properties: {
    id: string,
    from: string,
    to: string,
    cents: { type: "integer" },
    notes: { type: "array", items: string },
  },
} as const;

/** Validation is its own, by JSON schemas of request and reply, which also make its serializer. */
export const server: HttpServer = {
  serve(level) {
    const app = Fastify();
    const schema = level === "bare" ? {} : { body: quote, response: { 200: quote } };
    app.post<{ Body: Quote }>("/quotes", { schema }, async ({ body }) => priced(body));
    return app.listen({ port: 0, host: "127.0.0.1" });
  },
};
