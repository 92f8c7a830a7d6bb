import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";

/** The open connections of an http.Server, and how to end them without cutting a request. */
export interface Connections {
  /** Requests begun and not yet answered. */
  readonly active: () => number;
  /** The reply that is being made on a connection, if any. */
  readonly replyOn: (socket: Socket) => ServerResponse | undefined;
  /** From now on somebody else reads and answers on a connection. */
  readonly handOver: (socket: Socket, carrier: Carrier) => void;
  /** From now on it is node:http again that does. */
  readonly takeBack: (socket: Socket) => void;
  /**
   * Stops accepting, closes idle connections at once and the others as soon as they have answered; cuts what is left
   * after `withinMs`. Resolves when all are closed, with the number of requests cut. Never rejects.
   */
  readonly close: (withinMs: number) => Promise<number>;
}

/** Who reads and answers on a connection that is not node:http's. */
export interface Carrier {
  /** Requests begun and not yet answered. */
  readonly callsUnderWay: number;
  /** Has carried a request. Default: it was made by one. */
  readonly used?: boolean;
  /** Asks for no more, and closes the connection when all is answered. */
  readonly drain: () => void;
}

interface Connection {
  /** Of node:http, oldest first. A set's tables would keep dead replies alive as long as the connection. */
  readonly replies: ServerResponse[];
  /** Set while it is not node:http's. */
  carrier: Carrier | undefined;
  /** Has carried a request of node:http's. */
  used: boolean;
}

/** Turns of the event loop without a new connection that prove the backlog empty: the first may be half a turn. */
const BACKLOG_TURNS_QUIET = 3;
/** Turns after which the rest of the backlog is given up. */
const BACKLOG_TURNS_MAX = 1_000;
/** How long a connection without any request yet may still bring its first: it is probably on its way. */
const FIRST_REQUEST_MS = 500;

/**
 * Follows a server's connections from now on.
 *
 * `server.close()` alone is no drain: it leaves a connection open that carries one request after the other, resets what
 * the kernel has accepted and Node has not, and cuts long replies that are still being sent (see also nodejs/node#60617).
 */
export function trackConnections(server: Server, clock: Pick<Clock, "after">): Connections {
  const connections = new Map<Socket, Connection>();
  let accepted = 0;
  let active = 0;
  let closing = false;

  const endWhenIdle = (socket: Socket, connection: Connection) => {
    if (!closing) return;
    if (connection.carrier !== undefined) connection.carrier.drain();
    else if (connection.used && connection.replies.length === 0) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    connections.set(socket, { replies: [], carrier: undefined, used: false });
    socket.once("close", () => connections.delete(socket));
  });
  server.prependListener("request", ({ socket }: IncomingMessage, reply: ServerResponse) => {
    const connection = connections.get(socket);
    if (!connection) return; // the connection is older than we are
    active += 1;
    connection.used = true;
    connection.replies.push(reply);
    reply.once("close", () => {
      active -= 1;
      connection.replies.splice(connection.replies.indexOf(reply), 1);
      endWhenIdle(socket, connection);
    });
  });
  /**
   * The kernel has accepted connections that we have not: Node takes one in a turn of its loop. Closing the listening
   * socket would reset them, requests included.
   */
  const takeBacklog = async () => {
    for (let turn = 0, quiet = 0; turn < BACKLOG_TURNS_MAX && quiet < BACKLOG_TURNS_QUIET; turn += 1) {
      const before = accepted;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = accepted === before ? quiet + 1 : 0;
    }
  };
  const endUnused = () => {
    for (const [socket, connection] of connections) if (!isUsed(connection)) socket.destroySoon();
  };
  const cutAll = () => {
    for (const socket of connections.keys()) socket.destroy();
  };

  const activeOfAll = () => {
    let sum = active;
    for (const { carrier } of connections.values()) sum += carrier?.callsUnderWay ?? 0;
    return sum;
  };

  return {
    active: activeOfAll,
    replyOn: (socket) => connections.get(socket)?.replies[0],
    handOver(socket, carrier) {
      const connection = connections.get(socket);
      if (connection) connection.carrier = carrier;
      if (closing || !connection) carrier.drain();
    },
    takeBack(socket) {
      const connection = connections.get(socket);
      if (connection === undefined) return;
      connection.used = isUsed(connection);
      connection.carrier = undefined;
    },
    async close(withinMs) {
      await takeBacklog();
      closing = true;
      return new Promise((resolve) => {
        let cut = 0;
        const cancelUnused = clock.after(Math.min(FIRST_REQUEST_MS, withinMs), endUnused);
        const cancelCut = clock.after(withinMs, () => {
          cut = activeOfAll();
          cutAll();
        });
        // Node's own sweep of idle connections takes a reply that is still on its way out for done, and cuts it.
        server.closeIdleConnections = () => {};
        // Also called, with an error, when the server was not listening any more.
        server.close(() => {
          cancelUnused();
          cancelCut();
          resolve(cut);
        });
        for (const [socket, connection] of connections) endWhenIdle(socket, connection);
      });
    },
  };
}

function isUsed({ carrier, used }: Connection): boolean {
  return carrier === undefined ? used : (carrier.used ?? true);
}
