import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { problemReply } from "../contract/problem.ts";
import { CancelSource } from "../core/cancellation.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import { arrivingAt } from "./arrival.ts";
import { type Connections, trackConnections } from "./connections.ts";
import { refuseBrokenRequests } from "./http-broken-request.ts";
import { toHttpRequest, writeHttpReply } from "./http-message.ts";
import { asksForMux, offerMux } from "./offer-mux.ts";
import type { Handler } from "./port.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { createServer } = process.getBuiltinModule("node:http");

/** Limits of a listener: what a client may cost before its request is even looked at. */
export interface HttpListenerOptions {
  /** All header lines of a request, in bytes; over it: 431. Default 16 384, as in Node. */
  readonly headerBytesMax: number;
  /** From a request's first byte to the end of its headers, in ms; then 408. Default 10 000. */
  readonly headersMs: number;
  /** From a request's first byte to its last, in ms; then 408. Default 30 000. */
  readonly requestMs: number;
  /** How long an idle connection stays open, in ms. Default 65 000: longer than any client of ours keeps it. */
  readonly keepAliveMs: number;
  /** Requests on one connection before it is closed, so that load spreads again; 0 is no limit. Default 0. */
  readonly requestsPerConnectionMax: number;
  /** Open connections; one more is closed at once. Default 10 000. */
  readonly connectionsMax: number;
}

export const HTTP_LISTENER_DEFAULTS: HttpListenerOptions = Object.freeze({
  headerBytesMax: 16_384,
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  requestsPerConnectionMax: 0,
  connectionsMax: 10_000,
});

/** Fills in the defaults and validates. Throws OPTION_INVALID. */
export function resolveHttpListenerOptions(given: Partial<HttpListenerOptions> | undefined): HttpListenerOptions {
  const options = withDefaults(HTTP_LISTENER_DEFAULTS, given);
  checkInteger("headerBytesMax", options.headerBytesMax, 256, 2 ** 20);
  checkDurationMs("headersMs", options.headersMs, 1);
  checkDurationMs("requestMs", options.requestMs, options.headersMs);
  checkDurationMs("keepAliveMs", options.keepAliveMs, 1);
  checkInteger("requestsPerConnectionMax", options.requestsPerConnectionMax, 0);
  checkInteger("connectionsMax", options.connectionsMax, 1);
  return Object.freeze(options);
}

/** Marks a server that has all surroundings: what `shoal/register` puts around an app's servers is not for it. */
const SERVED = Symbol.for("shoal.served");

/** Where to listen, and what for. */
export interface HttpListenerParts {
  /** The service's name, for problem documents. */
  readonly service: string;
  readonly handler: Handler;
  /** Told of each connection that is taken. Default: nobody is told. */
  readonly onConnection?: () => void;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
  readonly options?: Partial<HttpListenerOptions>;
  /** Whether connections may be upgraded to the multiplexed wire (docs/wire.md). Default true. */
  readonly mux?: boolean;
}

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
  if (parts.onConnection) server.on("connection", parts.onConnection);
  const connections = trackConnections(server, parts.clock);
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
