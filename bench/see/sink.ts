import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What takes all telemetry in, and says how much there was: a collector that costs nothing. */
export interface Sink {
  readonly url: string;
  /** Bytes received by path. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly close: () => void;
}

export async function openSink(): Promise<Sink> {
  const bytes = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    request.on("data", (chunk: Buffer) => bytes.set(path, (bytes.get(path) ?? 0) + chunk.byteLength));
    request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, bytes, close };
}
