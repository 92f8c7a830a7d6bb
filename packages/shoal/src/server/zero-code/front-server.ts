import type { Server } from "node:http";
import type { Cancel, Clock } from "../../core/clock.ts";
import { servedAddress } from "./served-address.ts";

export interface FrontServerParts {
  readonly clock: Pick<Clock, "after">;
  /** What $PORT says, or undefined. */
  readonly port: number | undefined;
  /** Whether a server on another port than $PORT may be the one. */
  readonly takesOther: boolean;
  /** The server that callers should use, when it is known, and again when a better one appears. */
  readonly onChosen: (address: string) => void;
}

/** Finds out which of an app's servers is the service's: an app may also serve metrics, or an admin page. */
export interface FrontServer {
  /** To be called when a server listens. */
  readonly listening: (server: Server) => void;
}

/** How long a server on $PORT is waited for while the app listens only elsewhere, in ms. */
const SETTLE_MS = 500;

/**
 * The first server on $PORT. An app that has its own idea of its port is taken as it is: when nothing listens on $PORT
 * half a second after the app's first server does, that server is the one, until $PORT is listened on after all.
 */
export function chooseFrontServer({ clock, port, takesOther, onChosen }: FrontServerParts): FrontServer {
  let chosen: { readonly final: boolean } | undefined;
  let settling: Cancel | undefined;
  const choose = (address: string, final: boolean) => {
    settling?.();
    chosen = { final };
    onChosen(address);
  };
  return {
    listening(server) {
      const served = servedAddress(server);
      if (!served || chosen?.final) return;
      if (port === undefined || served.port === port) choose(served.address, true);
      else if (takesOther && !chosen && !settling) {
        settling = clock.after(SETTLE_MS, () => {
          if (server.listening) choose(served.address, false);
          else settling = undefined;
        });
      }
    },
  };
}
