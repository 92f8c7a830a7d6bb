import Fastify from "fastify";
import { Pool } from "undici";
import type { Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

const CONNECTIONS = 32;
const BODY_BYTES_MAX = 4 * 1_024 ** 2;
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

/** With schemas for request and reply, which also make its serializer; undici's pool calls. */
export const side: Side = {
  async serve(work) {
    const app = Fastify({ bodyLimit: BODY_BYTES_MAX });
    app.post<{ Body: Quote }>("/quotes", { schema: { body: quote, response: { 200: quote } } }, async ({ body }) =>
      work(body),
    );
    return app.listen({ port: 0, host: "127.0.0.1" });
  },
  open([address = ""]): Promise<OneCall> {
    const pool = new Pool(address, { connections: CONNECTIONS });
    const headers = { "content-type": "application/json" };
    return Promise.resolve(async (quote) => {
      const { statusCode, body } = await pool.request({
        method: "POST",
        path: "/quotes",
        headers,
        body: JSON.stringify(quote),
      });
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
      return (await body.json()) as Quote;
    });
  },
};
