import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { problemReply } from "../../contract/problem.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpListenerOptions, HttpListenerParts } from "../http-listener-parts.ts";
import { systemClock } from "../system-ports.ts";
import { resolveMuxOptions } from "./options.ts";
import { PROTOCOL } from "./protocol.ts";
import { ServerSession } from "./server-session.ts";
import { listenTo, socketWire } from "./socket-wire.ts";

const SWITCHING = `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${PROTOCOL}\r\n\r\n`;

/** What was asked for, on which connection. */
export interface UpgradeRequest {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request. */
  readonly head: Buffer;
}

/** Speaks mux from now on, on a connection that asked for it. */
export function acceptUpgrade(
  { incoming, socket, head }: UpgradeRequest,
  { service, handler, log }: HttpListenerParts,
  limits: HttpListenerOptions,
): ServerSession {
  socket.cork(); // the answer and the first frame leave together
  socket.write(SWITCHING);
  const session = new ServerSession({
    wire: socketWire(socket),
    clock: systemClock,
    log,
    options: resolveMuxOptions({ headBytesMax: Math.min(limits.headerBytesMax, 65_536), idleMs: limits.keepAliveMs }),
    peer: peerOf(incoming),
    handler,
    failed: () => {
      const error = shoalError("INTERNAL", { message: `${service} made a reply that cannot be sent` });
      return problemReply(error, service);
    },
    host: incoming.headers.host,
    requestMs: limits.requestMs,
    callsTotalMax: limits.requestsPerConnectionMax,
    onEnded: () => {},
  });
  session.flush();
  socket.uncork();
  listenTo(socket, session, head);
  return session;
}

function peerOf({ socket: { remoteAddress, remotePort } }: IncomingMessage): string {
  return `${remoteAddress ?? "a caller that has gone"}:${remotePort ?? 0}`;
}
