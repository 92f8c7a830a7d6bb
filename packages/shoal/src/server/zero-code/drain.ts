import type { Server } from "node:http";
import { type Clock, sleep } from "../../core/clock.ts";
import { checkDurationMs, withDefaults } from "../../core/options.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { InFlight } from "./in-flight.ts";

export interface DrainOptions {
  /**
   * Between leaving the registry and the end of accepting connections, in ms: callers hear of it meanwhile and requests
   * are still answered. Default 250, as long as the slowest resolver on one machine needs.
   */
  readonly drainPropagationMs: number;
  /** How long requests in progress may take to end after that, in ms; then they are cut. Default 8 000: less than a supervisor waits. */
  readonly drainMs: number;
  /**
   * The same when the app ends by itself on the signal, in ms; then the app is told, and nothing is cut by us. Default
   * 3 000: the app may be what ends its long streams, so it should not hear of the signal too late.
   */
  readonly drainMsBeforeApp: number;
}

export const DRAIN_DEFAULTS: DrainOptions = Object.freeze({
  drainPropagationMs: 250,
  drainMs: 8_000,
  drainMsBeforeApp: 3_000,
});

/** Fills in the defaults and validates. Throws OPTION_INVALID. */
export function resolveDrainOptions(given: Partial<DrainOptions> | undefined): DrainOptions {
  const options = withDefaults(DRAIN_DEFAULTS, given);
  checkDurationMs("drainPropagationMs", options.drainPropagationMs);
  checkDurationMs("drainMs", options.drainMs);
  checkDurationMs("drainMsBeforeApp", options.drainMsBeforeApp);
  return Object.freeze(options);
}

export interface DrainParts {
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly inFlight: InFlight;
  /** Takes the instance out of the registry. Never rejects. */
  readonly leave: () => Promise<void>;
  readonly servers: () => Iterable<Server>;
}

/**
 * Ends a server without failing a request: out of the registry; still serving, each reply asking its connection to
 * close; no more connections; what is in progress finishes.
 *
 * `server.close()` alone would fail requests: callers go on to use the address, and their kept connections are closed
 * under them.
 * @param appEnds The app closes its servers itself when it hears of the signal: they are left open for it to close.
 */
export async function drain(parts: DrainParts, options: DrainOptions, appEnds: boolean): Promise<void> {
  const { clock, lifecycle, inFlight } = parts;
  lifecycle.advance("draining");
  await parts.leave();
  await sleep(clock, options.drainPropagationMs);
  if (appEnds) {
    await inFlight.none(options.drainMsBeforeApp);
    return;
  }
  const servers = [...parts.servers()];
  for (const server of servers) if (server.listening) server.close();
  await inFlight.none(options.drainMs);
  for (const server of servers) server.closeAllConnections();
  lifecycle.advance("closed");
}
