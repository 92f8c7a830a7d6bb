import { AsyncLocalStorage } from "node:async_hooks";
import { connectLocal, type LocalService } from "./local.ts";
import type { Connection, Handler, Transport } from "./port.ts";

/** Services of this very process, by the address at which everybody else reaches them. One for each that listens. */
const services = new Map<string, LocalService>();

/** A call in this process costs no socket: how many may be under way is for the service's own limit to say. */
const CALLS_MAX = 1_024;

/**
 * Has calls made in this process to an address answered without a socket. As over one: what the handler does belongs to
 * where this is called, and not to the caller in whose midst it is asked.
 * @param address As it is in the registry, such as "http://127.0.0.1:20001".
 * @returns Takes it back: later calls to the address fail as unsent.
 */
export function serveLocally(address: string, handler: Handler): () => void {
  services.set(address, { handler, inPlace: AsyncLocalStorage.snapshot() });
  return () => {
    if (services.get(address)?.handler === handler) services.delete(address);
  };
}

/** The way to an address of this process; undefined for one that is elsewhere. */
function connectLocally(address: string): Connection | undefined {
  if (!services.has(address)) return undefined;
  return { ...connectLocal(address, () => services.get(address)), callsMax: () => CALLS_MAX };
}

/** A transport that takes the short way where there is one. */
export function localFirst(transport: Transport): Transport {
  return {
    connect: (address, connectionsMax) => connectLocally(address) ?? transport.connect(address, connectionsMax),
  };
}
