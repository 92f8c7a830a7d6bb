import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { Connection, Transport } from "../../../packages/shoal/src/transport/port.ts";

/** What a process did to one address. */
export interface TrafficTo {
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

/** By "host:port"; what is not known yet comes into being. */
export interface Traffic {
  readonly byAddress: ReadonlyMap<string, TrafficTo>;
  readonly to: (address: string) => Counted;
}

export function createTraffic(): Traffic {
  const byAddress = new Map<string, Counted>();
  return {
    byAddress,
    to(address) {
      const known = byAddress.get(address);
      if (known) return known;
      const counted: Counted = {
        connectsMs: [],
        refusalsMs: [],
        brokenMs: [],
        requestsMs: [],
        attempts: [],
        openMax: 0,
        open: 0,
      };
      byAddress.set(address, counted);
      return counted;
    },
  };
}

/** Follows the process's TCP connections from now on, whoever opens them and whatever goes over them. */
export function watchConnections({ to }: Traffic, nowMs: () => number): void {
  subscribe("net.client.socket", (message) => {
    const { socket } = message as { readonly socket: Socket };
    socket.on("connectionAttempt", (ip, port) => to(`${ip}:${port}`).connectsMs.push(nowMs()));
    for (const event of ["connectionAttemptFailed", "connectionAttemptTimeout"] as const) {
      socket.on(event, (ip: string, port: number) => to(`${ip}:${port}`).refusalsMs.push(nowMs()));
    }
    socket.once("connect", () => {
      const counted = to(`${socket.remoteAddress}:${socket.remotePort}`);
      counted.open += 1;
      counted.openMax = Math.max(counted.openMax, counted.open);
      socket.once("close", () => {
        counted.open -= 1;
      });
    });
  });
}

/** The same transport, with its requests counted: at the port, below which there may be one wire or another. */
export function countedTransport(transport: Transport, { to }: Traffic, nowMs: () => number): Transport {
  return {
    connect(address, connectionsMax) {
      const counted = to(new URL(address).host);
      const connection = transport.connect(address, connectionsMax);
      const send: Connection["send"] = async (request, context) => {
        counted.requestsMs.push(nowMs());
        counted.attempts.push(Number(request.headers["x-shoal-attempt"] ?? 1));
        const outcome = await connection.send(request, context);
        if (!outcome.ok && outcome.kind === "ambiguous") counted.brokenMs.push(nowMs());
        return outcome;
      };
      const { close, callsMax } = connection;
      return { send, close, ...(callsMax && { callsMax }) };
    },
  };
}

/** Counts the requests of undici's own users. It does not say which attempt of its call one is. */
export function watchUndici({ to }: Traffic, nowMs: () => number): void {
  subscribe("undici:request:create", (message) => {
    const { request } = message as { readonly request: { readonly origin: string | URL } };
    const counted = to(new URL(request.origin).host);
    counted.requestsMs.push(nowMs());
    counted.attempts.push(undefined);
  });
}
