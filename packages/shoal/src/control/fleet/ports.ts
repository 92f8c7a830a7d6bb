import { createServer } from "node:net";
import type { Random } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import { holderOf } from "./port-holder.ts";

/**
 * Where instances listen: below the range from which kernels take ports for outgoing connections (Linux 32768 and
 * up, macOS 49152 and up), so that no connection of the fleet takes the port of an instance that is about to start.
 */
export const PORT_MIN = 20_000;
export const PORT_MAX = 29_999;

/** Ports tried before giving up: with one fleet of 300 instances the first one is free in 97 of 100 cases. */
const TRIES_MAX = 200;

export interface PortPool {
  /** A free port that nobody else holds. Throws PORT_TAKEN when none was found. */
  readonly take: () => Promise<number>;
  /** This very port. Throws PORT_TAKEN naming who holds it. */
  readonly takeFixed: (port: number) => Promise<number>;
  readonly release: (port: number) => void;
}

/** Hands out ports of the machine. A fresh one for each start: the old one may still be in a caller's pool. */
export function createPortPool(random: Random, isFree: (port: number) => Promise<boolean> = isPortFree): PortPool {
  const held = new Set<number>();
  return {
    async take() {
      const first = Math.floor(random() * (PORT_MAX - PORT_MIN + 1));
      for (let tried = 0; tried < TRIES_MAX; tried += 1) {
        const port = PORT_MIN + ((first + tried) % (PORT_MAX - PORT_MIN + 1));
        if (held.has(port)) continue;
        held.add(port);
        if (await isFree(port)) return port;
        held.delete(port);
      }
      throw shoalError("PORT_TAKEN", { message: `no free port among ${TRIES_MAX} from ${PORT_MIN + first} on` });
    },
    async takeFixed(port) {
      if (held.has(port)) throw shoalError("PORT_TAKEN", { message: `port ${port} is taken by this fleet` });
      held.add(port);
      if (await isFree(port)) return port;
      held.delete(port);
      throw await portTaken(port);
    },
    release: (port) => void held.delete(port),
  };
}

/** PORT_TAKEN with the name of the process that holds the port, where the system tells. */
export async function portTaken(port: number) {
  const holder = await holderOf(port);
  return shoalError("PORT_TAKEN", {
    message: `port ${port} is taken${holder === undefined ? "" : ` by process ${holder.pid} (${holder.command})`}`,
    details: { port, ...(holder && { pid: holder.pid }) },
  });
}

/** True when a server could listen there on both loopback addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 cannot have the port taken there.
      resolve(error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT");
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
