import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { ForwardSend } from "./forward.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const http = process.getBuiltinModule("node:http");

/** Connections that are kept to the endpoint. */
const SOCKETS_MAX = 4;

/**
 * Sends by Node's own client over kept connections; keeps no process alive.
 * @param timeoutMs After this long without progress a request is given up.
 */
export function createForwardSender(timeoutMs = 10_000): ForwardSend {
  const agents = new Map<string, InstanceType<typeof http.Agent>>();
  return async ({ url, headers, bytes }) => {
    const { Agent, request } = url.startsWith("https:") ? process.getBuiltinModule("node:https") : http;
    const protocol = url.slice(0, url.indexOf(":"));
    const agent = agents.get(protocol) ?? new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
    agents.set(protocol, agent);
    const outgoing = request(url, { method: "POST", agent, timeout: timeoutMs, headers });
    outgoing.on("socket", (socket) => socket.unref());
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no progress for ${timeoutMs} ms`)));
    // A failure after the answer has begun is nobody's: without a listener it would end the process.
    outgoing.on("error", () => {});
    outgoing.end(bytes);
    const [reply]: IncomingMessage[] = await once(outgoing, "response");
    if (reply === undefined) throw new Error("no answer came");
    reply.resume();
    await once(reply, "end");
    return { status: reply.statusCode ?? 0, retryAfterS: Number(reply.headers["retry-after"] ?? 0) };
  };
}
