import { connectLocal } from "./local.ts";
import type { Connection, Handler, Transport } from "./port.ts";

/** Services of this very process, by the address at which everybody else reaches them. One for each that listens. */
const handlers = new Map<string, Handler>();

/**
 * Has calls made in this process to an address answered without a socket.
 * @param address As it is in the registry, such as "http://127.0.0.1:20001".
 * @returns Takes it back: later calls to the address fail as unsent.
 */
export function serveLocally(address: string, handler: Handler): () => void {
  handlers.set(address, handler);
  return () => {
    if (handlers.get(address) === handler) handlers.delete(address);
  };
}

/** The way to an address of this process; undefined for one that is elsewhere. */
export function connectLocally(address: string): Connection | undefined {
  return handlers.has(address) ? connectLocal(address, () => handlers.get(address)) : undefined;
}

/** A transport that takes the short way where there is one. */
export function localFirst(transport: Transport): Transport {
  return {
    connect: (address, connectionsMax) => connectLocally(address) ?? transport.connect(address, connectionsMax),
  };
}
