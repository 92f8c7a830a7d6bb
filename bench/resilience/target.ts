// What is called: a bare server on three ports, as three instances of one process, so that all sides wait for the same.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const INSTANCES = 3;
const reply = Buffer.from('{"id":"42","from":"USD","to":"EUR","amount":1250}');

async function listen(): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": reply.length });
    response.end(reply);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const ports: number[] = [];
for (let index = 0; index < INSTANCES; index += 1) ports.push(await listen());
process.on("disconnect", () => process.exit());
process.send?.({ ports });
