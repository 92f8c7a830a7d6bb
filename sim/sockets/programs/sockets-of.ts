import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** What a process did to one address. */
export interface SocketsTo {
  /** When it began to connect, in ms of the wall clock. */
  readonly connectsMs: readonly number[];
  /** When requests were handed to the connections to it. */
  readonly requestsMs: readonly number[];
  /** The most connections open at once. */
  readonly openMax: number;
}

interface Counted {
  readonly connectsMs: number[];
  readonly requestsMs: number[];
  openMax: number;
  open: number;
}

/** Follows undici's sockets and requests from now on, by "host:port". */
export function watchSockets(nowMs: () => number): () => ReadonlyMap<string, SocketsTo> {
  const byAddress = new Map<string, Counted>();
  const at = (address: string) => {
    const known = byAddress.get(address) ?? { connectsMs: [], requestsMs: [], openMax: 0, open: 0 };
    byAddress.set(address, known);
    return known;
  };
  subscribe("undici:client:beforeConnect", (message) => {
    const { connectParams } = message as { readonly connectParams: { readonly host: string } };
    at(connectParams.host).connectsMs.push(nowMs());
  });
  subscribe("undici:client:connected", (message) => {
    const { connectParams, socket } = message as {
      readonly connectParams: { readonly host: string };
      readonly socket: Socket;
    };
    const counted = at(connectParams.host);
    counted.open += 1;
    counted.openMax = Math.max(counted.openMax, counted.open);
    socket.once("close", () => {
      counted.open -= 1;
    });
  });
  subscribe("undici:request:create", (message) => {
    const { request } = message as { readonly request: { readonly origin: string | URL } };
    at(new URL(request.origin).host).requestsMs.push(nowMs());
  });
  return () => byAddress;
}
