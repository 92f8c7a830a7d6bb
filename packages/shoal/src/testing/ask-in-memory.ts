import { Agent, type IncomingHttpHeaders, type RequestOptions, request, type Server } from "node:http";
import { MemorySocket } from "../server/zero-code/memory-socket.ts";
import { createVirtualClock } from "./virtual-clock.ts";

export interface MemoryReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a real HTTP request to a server that need not listen, over a connection in memory. */
export function askInMemory(server: Server, path: string, options: RequestOptions & { body?: string } = {}) {
  const { body, ...given } = options;
  const agent = new Agent();
  agent.createConnection = () => {
    const { client, server: end } = MemorySocket.pair("", createVirtualClock());
    server.emit("connection", end);
    return client;
  };
  return new Promise<MemoryReply>((resolve, reject) => {
    const outgoing = request({ host: "app", path, agent, ...given }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (piece: string) => {
        text += piece;
      });
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
