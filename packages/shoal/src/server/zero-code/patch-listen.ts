import type { Server } from "node:http";

type Listen = (...args: unknown[]) => Server;

/**
 * Tells of every server of a class before it listens.
 * @param prototype Of http.Server or https.Server, which inherit `listen`: theirs alone is replaced.
 * @param onListen Must not throw.
 */
export function patchListen(prototype: Server, onListen: (server: Server) => void): void {
  const listen = prototype.listen as Listen;
  Object.defineProperty(prototype, "listen", {
    value(this: Server, ...args: unknown[]) {
      onListen(this);
      return Reflect.apply(listen, this, args);
    },
    configurable: true,
    writable: true,
  });
}
