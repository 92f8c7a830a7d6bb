import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";

/** The open connections of an http.Server, and how to end them without cutting a request. */
export interface Connections {
  /** Requests begun and not yet answered. */
  readonly active: () => number;
  /** The reply that is being made on a connection, if any. */
  readonly replyOn: (socket: Socket) => ServerResponse | undefined;
  /**
   * Stops accepting, closes idle connections at once and the others as soon as they have answered; cuts what is left
   * after `withinMs`. Resolves when all are closed, with the number of requests cut. Never rejects.
   */
  readonly close: (withinMs: number) => Promise<number>;
}

/**
 * Follows a server's connections from now on.
 *
 * `server.close()` alone is no drain: it leaves a connection open that carries one request after the other, and Node's
 * own list of idle connections leaves out those that never sent anything (nodejs/node#60617).
 */
export function trackConnections(server: Server, clock: Pick<Clock, "after">): Connections {
  const replies = new Map<Socket, Set<ServerResponse>>();
  let active = 0;
  let closing = false;

  const endWhenIdle = (socket: Socket) => {
    if (closing && replies.get(socket)?.size === 0) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    replies.set(socket, new Set());
    socket.once("close", () => replies.delete(socket));
    endWhenIdle(socket);
  });
  server.prependListener("request", ({ socket }: IncomingMessage, reply: ServerResponse) => {
    active += 1;
    replies.get(socket)?.add(reply);
    reply.once("close", () => {
      active -= 1;
      replies.get(socket)?.delete(reply);
      endWhenIdle(socket);
    });
  });

  return {
    active: () => active,
    replyOn: (socket) => replies.get(socket)?.values().next().value,
    close(withinMs) {
      closing = true;
      return new Promise((resolve) => {
        let cut = 0;
        const cancel = clock.after(withinMs, () => {
          cut = active;
          for (const socket of replies.keys()) socket.destroy();
        });
        // Also called, with an error, when the server was not listening any more.
        server.close(() => {
          cancel();
          resolve(cut);
        });
        for (const socket of replies.keys()) endWhenIdle(socket);
      });
    },
  };
}
