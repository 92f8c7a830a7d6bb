import type { Cancel } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import type { Identity } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Transport } from "../transport/port.ts";

/** Everything a client or a server needs from around it: a process has one, a simulator makes many. */
export interface Runtime {
  readonly ports: Ports;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly registry: Registry;
  readonly meter: Meter;
  readonly log: Log;
  /**
   * Keeps the process alive until cancelled: timers of `Clock` do not, so a script that waits for a retry would end.
   * Default: nothing does.
   */
  readonly holdProcess?: () => Cancel;
  /** Loads what a first call needs, ahead of it. Default: nothing to load. */
  readonly warm?: () => void;
}
