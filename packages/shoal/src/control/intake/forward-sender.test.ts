import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, expect, it } from "vitest";
import { createForwardSender } from "./forward-sender.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function endpoint(
  answer: "answer" | "hang up",
): Promise<{ url: string; got: () => [IncomingHttpHeaders, string] }> {
  let got: [IncomingHttpHeaders, string] = [{}, ""];
  const server = createServer(async (request, reply) => {
    if (answer === "hang up") {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    got = [request.headers, Buffer.concat(chunks).toString()];
    reply.writeHead(429, { "retry-after": "7" }).end("busy");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1/traces`, got: () => got };
}

it("posts the bytes with the headers and tells the status and when to come again", async () => {
  const { url, got } = await endpoint("answer");
  const send = createForwardSender();
  const reply = await send({ url, headers: { "content-type": "application/json" }, bytes: Buffer.from("{}") });
  expect(reply).toEqual({ status: 429, retryAfterS: 7 });
  expect(got()).toEqual([expect.objectContaining({ "content-type": "application/json", "content-length": "2" }), "{}"]);
});

it("rejects without an answer", async () => {
  const { url } = await endpoint("hang up");
  await expect(createForwardSender()({ url, headers: {}, bytes: Buffer.from("{}") })).rejects.toThrow("socket hang up");
});

it("rejects a header that cannot be sent", async () => {
  const headers = { "x-key": "a\nb" };
  await expect(
    createForwardSender()({ url: "http://127.0.0.1:1/", headers, bytes: Buffer.from("") }),
  ).rejects.toThrow();
});
