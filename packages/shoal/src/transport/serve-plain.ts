import { channel } from "node:diagnostics_channel";
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Connections } from "./connections.ts";
import type { HttpListenerOptions, HttpListenerParts } from "./http-listener-parts.ts";
import { PlainConnection } from "./plain-connection.ts";

type Listener = (this: Server, socket: Socket) => void;

export interface ServePlainParts {
  readonly parts: HttpListenerParts;
  readonly limits: HttpListenerOptions;
  readonly connections: Connections;
}

/**
 * Takes node:http's own listener off a server that has no other yet.
 * @returns Has node:http serve a connection.
 */
export function takeConnections(server: Server): (socket: Socket) => void {
  const own = server.listeners("connection") as Listener[];
  server.removeAllListeners("connection");
  return (socket) => {
    for (const listener of own) listener.call(server, socket);
  };
}

/** Serves each connection by itself for as long as it brings plain requests only, and has node:http serve the others. */
export function servePlain(
  server: Server,
  toNode: (socket: Socket) => void,
  { parts, limits, connections }: ServePlainParts,
): void {
  const around = {
    parts,
    limits,
    leave(socket: Socket) {
      connections.takeBack(socket);
      toNode(socket);
    },
    refuse: (socket: Socket) => void server.emit("clientError", lateRequest(), socket),
  };
  server.on("connection", (socket: Socket) => {
    if (limits.requestsPerConnectionMax > 0 || isWatched(server)) toNode(socket);
    else connections.handOver(socket, new PlainConnection(socket, around));
  });
}

const requestStart = channel("http.server.request.start");

/** Whether somebody else, such as OpenTelemetry's instrumentation, waits for node:http to tell of each request. */
function isWatched(server: Server): boolean {
  return server.emit !== EventEmitter.prototype.emit || requestStart.hasSubscribers;
}

/** As node:http calls it. */
function lateRequest(): Error {
  return Object.assign(new Error("nothing was requested in time"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
}
