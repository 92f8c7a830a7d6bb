import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface SmallRegistry {
  /** For SHOAL_CONTROL. */
  readonly url: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * The registry's part of docs/wire.md, and nothing else: enough for services in one process to find one another
 * without a fleet around them.
 */
export async function openSmallRegistry(): Promise<SmallRegistry> {
  const instances = new Map<string, unknown>();
  const watchers = new Set<ServerResponse>();
  let revision = 0;

  const tell = (watcher: ServerResponse) => {
    const snapshot = { revision, instances: [...instances.values()], services: [] };
    watcher.write(`id: ${revision}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
  };
  const changed = () => {
    revision += 1;
    for (const watcher of watchers) tell(watcher);
  };
  const answer = async (request: IncomingMessage, reply: ServerResponse) => {
    const [path = ""] = (request.url ?? "").split("?");
    const id = path.slice("/registry/v1/instances/".length);
    if (request.method === "PUT" && path.startsWith("/registry/v1/instances/")) {
      const known = instances.has(id);
      instances.set(id, await json(request));
      if (!known) changed();
      reply.setHeader("content-type", "application/json").end(JSON.stringify({ revision, leaseMs: 10_000 }));
    } else if (request.method === "DELETE") {
      if (instances.delete(id)) changed();
      reply.writeHead(204).end();
    } else if (path === "/registry/v1/watch") {
      reply.writeHead(200, { "content-type": "text/event-stream" });
      watchers.add(reply);
      reply.once("close", () => watchers.delete(reply));
      tell(reply);
    } else {
      request.resume();
      reply.writeHead(404).end(); // telemetry, which nobody looks at here
    }
  };

  const server = createServer((request, reply) => void answer(request, reply));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
