import { type Clock, sleep } from "../core/clock.ts";
import { isShoalError } from "../core/errors.ts";

/** Where the control plane listens unless told otherwise. */
export const CONTROL_PORT = 4_400;
/** Ports after the preferred one that are tried before any free one is taken: people look for it near 4400. */
const NEXT_PORTS = 20;
/** How long a wanted port is waited for, in ms: the process before may still be going. */
export const WANTED_MS = 5_000;
const RETRY_MS = 100;

/** Which port to listen on. */
export type PortWish =
  /** This one, waiting for it if need be: everybody knows the address already. 0 is any free one. */
  | { readonly kind: "wanted"; readonly port: number }
  /** This one, or when it is taken one of those after it, or any. */
  | { readonly kind: "preferred"; readonly port: number };

/**
 * Listens as wished.
 * @param listen Throws PORT_TAKEN when the port is.
 * @returns What `listen` returns. Throws PORT_TAKEN when a wanted port stays taken for 5 s.
 */
export async function bind<Listener>(
  wish: PortWish,
  clock: Clock,
  listen: (port: number) => Promise<Listener>,
): Promise<Listener> {
  const giveUpMs = clock.now() + WANTED_MS;
  for (let tried = 0; ; tried += 1) {
    const isLast = tried > NEXT_PORTS;
    const next = wish.port + tried;
    const port = wish.kind === "wanted" ? wish.port : isLast || next > 65_535 ? 0 : next;
    try {
      return await listen(port);
    } catch (cause) {
      const isTaken = isShoalError(cause) && cause.code === "PORT_TAKEN";
      if (!isTaken || port === 0) throw cause;
      if (wish.kind === "preferred") continue;
      if (clock.now() >= giveUpMs) throw cause;
      await sleep(clock, RETRY_MS);
    }
  }
}
