import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** What a process did to one address. */
export interface SocketsTo {
  /** When it began to connect, in ms of the wall clock. */
  readonly connectsMs: readonly number[];
  /** When connections were refused or did not come about. */
  readonly refusalsMs: readonly number[];
  /** When requests ended without a whole reply, other than for want of a connection. */
  readonly brokenMs: readonly number[];
  /** When requests were handed to the connections to it, and which attempt of its call each was. */
  readonly requestsMs: readonly number[];
  readonly attempts: readonly (number | undefined)[];
  /** The most connections open at once. */
  readonly openMax: number;
}

interface Counted {
  readonly connectsMs: number[];
  readonly refusalsMs: number[];
  readonly brokenMs: number[];
  readonly requestsMs: number[];
  readonly attempts: (number | undefined)[];
  openMax: number;
  open: number;
}

/** Follows undici's sockets and requests from now on, by "host:port". */
export function watchSockets(nowMs: () => number): () => ReadonlyMap<string, SocketsTo> {
  const byAddress = new Map<string, Counted>();
  const at = (address: string) => {
    const known = byAddress.get(address);
    if (known) return known;
    const counted = { connectsMs: [], refusalsMs: [], brokenMs: [], requestsMs: [], attempts: [], openMax: 0, open: 0 };
    byAddress.set(address, counted);
    return counted;
  };
  subscribe("undici:client:beforeConnect", (message) => {
    const { connectParams } = message as { readonly connectParams: { readonly host: string } };
    at(connectParams.host).connectsMs.push(nowMs());
  });
  subscribe("undici:client:connectError", (message) => {
    const { connectParams } = message as { readonly connectParams: { readonly host: string } };
    at(connectParams.host).refusalsMs.push(nowMs());
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
    const { request } = message as { readonly request: { readonly origin: string | URL; readonly headers: string[] } };
    const counted = at(new URL(request.origin).host);
    counted.requestsMs.push(nowMs());
    const index = request.headers.indexOf("x-shoal-attempt");
    counted.attempts.push(index < 0 ? undefined : Number(request.headers[index + 1]));
  });
  subscribe("undici:request:error", (message) => {
    const { request, error } = message as {
      readonly request: { readonly origin: string | URL };
      readonly error: { readonly code?: string };
    };
    if (error.code !== "ECONNREFUSED") at(new URL(request.origin).host).brokenMs.push(nowMs());
  });
  return () => byAddress;
}
