import type { OtlpEndpoint } from "./otlp-endpoint.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const http = process.getBuiltinModule("node:http");

/** Sends one body; true when it was taken. Never rejects. */
export type OtlpSend = (body: string) => Promise<boolean>;

/**
 * Sends JSON over one kept connection. Nothing here keeps the process alive: neither the socket nor the timer.
 * @param timeoutMs After this long without progress the connection is given up.
 */
export function createOtlpSender(endpoint: OtlpEndpoint, timeoutMs: number): OtlpSend {
  // TLS takes milliseconds to load, and most processes speak to a collector on their own machine.
  const { Agent, request } = endpoint.url.protocol === "https:" ? process.getBuiltinModule("node:https") : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
  const send: OtlpSend = (body) =>
    new Promise((resolve) => {
      const bytes = Buffer.from(body);
      const outgoing = request(endpoint.url, {
        method: "POST",
        agent,
        timeout: timeoutMs,
        headers: { ...endpoint.headers, "content-type": "application/json", "content-length": bytes.byteLength },
      });
      const fail = () => resolve(false);
      outgoing.on("socket", (socket) => socket.unref());
      outgoing.on("timeout", () => outgoing.destroy());
      outgoing.on("error", fail);
      outgoing.on("close", fail);
      outgoing.on("response", (reply) => {
        // Resolved before "close" comes: the first answer counts.
        reply.on("end", () => resolve(reply.statusCode !== undefined && reply.statusCode < 300));
        reply.on("error", fail);
        reply.resume();
      });
      outgoing.end(bytes);
    });
  // A header that Node refuses throws before anything is sent.
  return (body) => send(body).catch(() => false);
}
