import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { askUpgrade, type Upgraded } from "./ask-upgrade.ts";
import { ClientSession } from "./client-session.ts";
import type { MuxOptions } from "./options.ts";
import { listenTo, socketWire } from "./socket-wire.ts";

export interface OpenMuxParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly options: MuxOptions;
  /** For connecting, upgrading and the first frame together, in ms. */
  readonly withinMs: number;
  /** The session makes no further calls; called at most once. */
  readonly onGoingAway: () => void;
  /** The session is over; called once, also when it never opened. */
  readonly onEnded: () => void;
}

/** A session on which calls can be made, or why there is none. */
export type OpenedMux =
  | { readonly kind: "open"; readonly session: ClientSession }
  | Exclude<Upgraded, { readonly kind: "open" }>;

/** Opens a mux connection to an address of the form "http://host:port". Never rejects. */
export async function openMux(address: string, parts: OpenMuxParts): Promise<OpenedMux> {
  const { clock, log, options, withinMs } = parts;
  const startMs = clock.now();
  const upgraded = await askUpgrade(address, clock, withinMs);
  if (upgraded.kind !== "open") return upgraded;
  const { socket, head } = upgraded;
  return new Promise((resolve) => {
    const session = new ClientSession({
      wire: socketWire(socket),
      clock,
      log,
      options,
      peer: address,
      onOpen: () => {
        cancel();
        resolve({ kind: "open", session });
      },
      onGoingAway: parts.onGoingAway,
      onEnded: () => {
        cancel();
        resolve({ kind: "failed", why: "it did not keep to the protocol" }); // nothing, when it has been open
        parts.onEnded();
      },
    });
    const leftMs = Math.max(1, withinMs - (clock.now() - startMs));
    const cancel = clock.after(leftMs, () => socket.destroy());
    listenTo(socket, session, head);
  });
}
