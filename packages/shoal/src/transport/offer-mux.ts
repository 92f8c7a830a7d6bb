import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { messageOf } from "../core/errors.ts";
import type { Connections } from "./connections.ts";
import type { HttpListenerOptions, HttpListenerParts } from "./http-listener-parts.ts";

/** Its name in `Upgrade`; the rest of the protocol is loaded with the first connection that asks for it. */
const MUX = "shoal-mux/1";

export interface MuxOfferParts {
  readonly parts: HttpListenerParts;
  readonly limits: HttpListenerOptions;
  readonly connections: Connections;
}

export function asksForMux({ headers, method }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === MUX;
}

/** Has a server speak the multiplexed wire on connections that ask for it. */
export function offerMux(server: Server, { parts, limits, connections }: MuxOfferParts): void {
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => {}); // the protocol has its own listener, later
    if (!asksForMux(incoming)) {
      socket.end("HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"); // Node before 24.9 asks nobody
      return;
    }
    socket.setTimeout(0);
    socket.setNoDelay(true);
    import("./mux/accept-upgrade.ts")
      .then(({ acceptUpgrade }) => {
        if (socket.destroyed) return;
        connections.handOver(socket, acceptUpgrade({ incoming, socket, head }, parts, limits));
      })
      .catch((cause: unknown) => {
        parts.log.error("a connection could not be upgraded", { error: messageOf(cause) });
        socket.destroy();
      });
  });
}
