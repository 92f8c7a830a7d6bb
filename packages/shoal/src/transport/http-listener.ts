import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { problemReply } from "../contract/problem.ts";
import { CancelSource } from "../core/cancellation.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import { arrivingAt } from "./arrival.ts";
import { type Connections, trackConnections } from "./connections.ts";
import { refuseBrokenRequests } from "./http-broken-request.ts";
import { type HttpListenerParts, resolveHttpListenerOptions } from "./http-listener-parts.ts";
import { toHttpRequest, writeHttpReply } from "./http-message.ts";
import { asksForMux, offerMux } from "./offer-mux.ts";
import { servePlain, takeConnections } from "./serve-plain.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { createServer } = process.getBuiltinModule("node:http");

/** Marks a server that has all surroundings: what `shoal/register` puts around an app's servers is not for it. */
const SERVED = Symbol.for("shoal.served");

/** A listening HTTP/1.1 server. */
export interface HttpListener {
  /** The port it really has. */
  readonly port: number;
  /** Requests being answered. */
  readonly active: Connections["active"];
  /** See `Connections.close`. */
  readonly close: Connections["close"];
}

/**
 * Listens for HTTP/1.1 and answers every request with the handler's reply. Throws PORT_TAKEN, OPTION_INVALID for
 * limits out of range, and SERVICE_FAILED when the host cannot be listened on.
 */
export async function listenHttp(parts: HttpListenerParts): Promise<HttpListener> {
  const limits = resolveHttpListenerOptions(parts.options);
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      // Node looks for late requests only this often; its own 30 s would make 10 s into 40.
      connectionsCheckingInterval: Math.max(10, Math.min(1_000, Math.floor(limits.headersMs / 4))),
      // Who asks for another protocol is answered as if it had not (RFC 9110, 7.8).
      shouldUpgradeCallback: (incoming) => parts.mux !== false && asksForMux(incoming),
    },
    (incoming, outgoing) => void answer(parts, incoming, outgoing),
  );
  Object.defineProperty(server, SERVED, { value: true });
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  server.maxConnections = limits.connectionsMax;
  const toNode = takeConnections(server);
  if (parts.onConnection) server.on("connection", parts.onConnection);
  const connections = trackConnections(server, parts.clock);
  servePlain(server, toNode, { parts, limits, connections });
  refuseBrokenRequests(server, connections, parts);
  if (parts.mux !== false) offerMux(server, { parts, limits, connections });
  await listening(server, parts);
  return { port: (server.address() as AddressInfo).port, active: connections.active, close: connections.close };
}

/** One request. The signal is aborted when the connection closes before the reply is out. */
async function answer(parts: HttpListenerParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const source = new CancelSource();
  let gone = false;
  outgoing.once("close", () => {
    if (outgoing.writableFinished) return;
    gone = !outgoing.errored; // errored: it was us who gave up, a stream having failed
    source.cancel(shoalError("CANCELLED", { message: "the caller has gone" }));
  });
  const request = toHttpRequest(incoming);
  // A body that nobody read has to be pulled off the wire, or the next request on this connection never arrives.
  if (request.body !== undefined) outgoing.once("finish", () => incoming.resume());
  try {
    const reply = await parts.handler(request, arrivingAt(source));
    await writeHttpReply(reply, outgoing);
  } catch (cause) {
    if (!gone) parts.log.error("a reply could not be sent", { error: messageOf(cause) });
    await failReply(parts.service, outgoing);
  }
}

/** Once the headers are out, cutting the connection is the only way left to say that the reply is not whole. */
async function failReply(service: string, outgoing: ServerResponse): Promise<void> {
  if (outgoing.headersSent) outgoing.destroy();
  else {
    const error = shoalError("INTERNAL", { message: `${service} made a reply that cannot be sent` });
    await writeHttpReply(problemReply(error, service), outgoing);
  }
}

function listening(server: Server, { host, port, service }: HttpListenerParts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EADDRINUSE") {
        reject(
          shoalError("PORT_TAKEN", {
            message: `${service} cannot listen on ${host}:${port}: another process does`,
            details: { host, port },
            cause,
          }),
        );
      } else {
        const message = `${service} cannot listen on ${host}:${port}: ${cause.message}`;
        reject(shoalError("SERVICE_FAILED", { message, hint: "Choose another host or port.", cause }));
      }
    });
    server.listen({ host, port });
  });
}
