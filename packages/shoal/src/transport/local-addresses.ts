import { AsyncLocalStorage } from "node:async_hooks";
import { messageOf } from "../core/errors.ts";
import type { DirectService } from "./direct.ts";
import { connectLocal, type LocalService } from "./local.ts";
import type { Connection, Handler, Transport } from "./port.ts";

/** A service that everybody else reaches over a port. */
interface ListeningService extends LocalService {
  /** Undefined while it is not loaded, which the first question begins, and of one that takes messages alone. */
  readonly direct: () => DirectService | undefined;
}

/** Services of this very process, by the address at which everybody else reaches them. One for each that listens. */
const services = new Map<string, ListeningService>();

/** Counts what comes and goes: who keeps what it has found looks again after a change. */
let changes = 0;

/** A call in this process costs no socket: how many may be under way is for the service's own limit to say. */
const CALLS_MAX = 1_024;

/**
 * Has calls made in this process to an address answered without a socket. As over one: what the handler does belongs to
 * where this is called, and not to the caller in whose midst it is asked.
 * @param address As it is in the registry, such as "http://127.0.0.1:20001".
 * @param openDirect Makes the way for calls without a message, when one is to be made. Default: there is none.
 * @returns Takes it back: later calls to the address fail as unsent.
 */
export function serveLocally(address: string, handler: Handler, openDirect?: () => Promise<DirectService>): () => void {
  const inPlace = AsyncLocalStorage.snapshot();
  const direct = openDirect ? opened(() => inPlace(openDirect)) : () => undefined;
  services.set(address, { handler, inPlace, direct });
  changes += 1;
  return () => {
    if (services.get(address)?.handler === handler) services.delete(address);
    changes += 1;
  };
}

/** Asks for it once, at the first call. */
function opened(open: () => Promise<DirectService>): () => DirectService | undefined {
  let direct: DirectService | undefined;
  let isAsked = false;
  return () => {
    if (!isAsked) {
      isAsked = true;
      open().then(
        (made) => {
          direct = made;
        },
        (cause) => process.emitWarning(`Calls within this process take the long way: ${messageOf(cause)}`),
      );
    }
    return direct;
  };
}

/** The way to an address of this process; undefined for one that is elsewhere. */
function connectLocally(address: string): Connection | undefined {
  if (!services.has(address)) return undefined;
  let found: ListeningService | undefined;
  let foundAfter = -1;
  const find = () => {
    if (foundAfter !== changes) found = services.get(address);
    foundAfter = changes;
    return found;
  };
  return { ...connectLocal(address, find), callsMax: () => CALLS_MAX, direct: () => find()?.direct() };
}

/** A transport that takes the short way where there is one. */
export function localFirst(transport: Transport): Transport {
  return {
    connect: (address, connectionsMax) => connectLocally(address) ?? transport.connect(address, connectionsMax),
  };
}
