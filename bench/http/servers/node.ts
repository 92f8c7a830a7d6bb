import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { priced, type Quote } from "../../wire/quote.ts";
import type { HttpServer } from "../levels.ts";

/** Node alone: reads the body, parses, answers. */
export const server: HttpServer = {
  async serve() {
    const http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const quote = JSON.parse(Buffer.concat(chunks).toString()) as Quote;
        const body = Buffer.from(JSON.stringify(priced(quote)));
        response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
        response.end(body);
      });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  },
};
