import type { IncomingMessage, ServerResponse } from "node:http";
import { type Context, contextWith } from "../../core/context.ts";
import { isShoalError, messageOf, shoalError } from "../../core/errors.ts";
import { type Body, type HttpReply, type HttpRequest, readBody } from "../../core/message.ts";
import { NO_TRACE, parseTrace } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import { toHttpRequest, writeHttpReply } from "../../transport/http-message.ts";
import { type ContextSource, contextIn } from "../context-in.ts";
import { withoutConnectionHeaders } from "./connection-headers.ts";
import { MemorySocket } from "./memory-socket.ts";

/** One call to a service with all of the client's safety. Rejects with a ShoalError when no instance answered. */
export type CallService = (service: string, request: HttpRequest, context: Context) => Promise<HttpReply>;

export interface GatewayParts {
  readonly call: CallService;
  /** How the context of a call is read from its headers. */
  readonly source: () => ContextSource;
  readonly clock: Pick<ContextSource["ports"]["clock"], "now" | "after">;
}

/** A way for any HTTP client of this process to services: it takes the place of a TCP connection. */
export interface Gateway {
  /** A new connection that leads to the service. */
  readonly connect: (service: string) => MemorySocket;
}

/** A longer body is streamed and sent once; a shorter one is kept, so that it can be sent again. Linkerd's number. */
const REPLAY_BYTES_MAX = 64 * 1_024;

/**
 * The gateway is a proxy inside the process: an http.Server that listens nowhere and gets its connections from memory.
 * Each request that arrives becomes a call: resolved, balanced, retried and timed out like any other of Shoal's.
 *
 * Why a proxy: fetch, undici, node:http and all that is built on them share one thing, the bytes of HTTP/1.1. Standing
 * in for their connection gives every one of them the same safety, and leaves redirects, decompression, cookies,
 * streams and timeouts to the client that the app chose.
 */
export function createGateway(parts: GatewayParts): Gateway {
  const { createServer } = process.getBuiltinModule("node:http");
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (incoming, outgoing) => {
    void forward(parts, incoming, outgoing);
  });
  // The client ends of broken connections speak for themselves.
  server.on("clientError", (_cause, socket) => socket.destroy());
  return {
    connect(service) {
      const ends = MemorySocket.pair(service, parts.clock);
      server.emit("connection", ends.server);
      return ends.client;
    },
  };
}

/** No instance answered, or not to the end: to the app that is what a refused or lost connection is. */
async function forward(parts: GatewayParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const socket = incoming.socket as unknown as MemorySocket;
  const { peer, service } = socket;
  try {
    const controller = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished)
        controller.abort(shoalError("CANCELLED", { message: "the app gave the call up" }));
    });
    const request = toHttpRequest(incoming);
    // The span in which the app calls is the parent itself: the gateway is no hop of its own.
    const trace = parseTrace(request.headers[HEADER.traceparent], request.headers[HEADER.tracestate]) ?? NO_TRACE;
    const arrived = contextIn(request.headers, arrivingContext(controller.signal), parts.source());
    const context = contextWith(arrived, { trace });
    const reply = await parts.call(service, await outward(request), context);
    await writeHttpReply({ ...reply, headers: withoutConnectionHeaders(reply.headers) }, outgoing);
  } catch (cause) {
    peer?.destroy(isShoalError(cause) ? cause : brokenOff(service, cause));
    socket.destroy();
  }
}

function brokenOff(service: string, cause: unknown): Error {
  return shoalError("CONNECTION_LOST", { message: `the reply of ${service} broke off: ${messageOf(cause)}`, cause });
}

/** The request as the instance gets it: without what concerns only the connection, nor the name it was called by. */
async function outward(request: HttpRequest): Promise<HttpRequest> {
  const { host: _host, expect: _expect, ...headers } = withoutConnectionHeaders(request.headers);
  return { ...request, headers, body: await replayable(request) };
}

async function replayable({ body, headers }: HttpRequest): Promise<Body> {
  const length = headers[HEADER.contentLength];
  return length !== undefined && Number(length) <= REPLAY_BYTES_MAX ? readBody(body, REPLAY_BYTES_MAX) : body;
}
