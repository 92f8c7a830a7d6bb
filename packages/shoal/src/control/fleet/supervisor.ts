import type { Ports } from "../../core/service.ts";
import type { InstanceStatus } from "../api/contract.ts";
import type { FleetDefinition } from "./definition.ts";
import type { FleetLine } from "./line-buffer.ts";

export interface SupervisorOptions {
  /** Checked already: see loadConfig. */
  readonly definition: FleetDefinition;
  /** Absolute. Its folder is where the fleet's paths start, and where `.shoal/` is. */
  readonly configFile: string;
  /** Default: the machine's own time. */
  readonly ports?: Ports;
  /** Restart the services whose files change. Default true. */
  readonly watch?: boolean;
  /** The environment that processes start from. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export type { FleetLine };

/** What `shoal up` holds in its hands: it starts the processes of one fleet on one machine and keeps them running. */
export interface Supervisor {
  /**
   * Claims the folder, starts the control plane and every service in parallel, and resolves as soon as all of
   * that is under way; readiness is seen through `settled`, `instances` and `onChange`.
   * Throws FLEET_RUNNING (another `shoal up` of this folder), PORT_TAKEN (a fixed controlPort).
   */
  readonly start: () => Promise<void>;
  /** Resolves when no instance is "starting" any more: each is ready, or has failed and says why. */
  readonly settled: () => Promise<void>;
  /** Stops everything in parallel and resolves when no process, port or file of it is left. Idempotent; never rejects. */
  readonly stop: () => Promise<void>;
  /**
   * Restarts a service: one instance after the other, each ready before the next is touched.
   * @returns The ids of its instances. Throws SERVICE_UNKNOWN.
   */
  readonly restart: (service: string) => readonly string[];
  /** The same ids and error as restart. A stopped service stays stopped until it is started. */
  readonly stopService: (service: string) => readonly string[];
  readonly startService: (service: string) => readonly string[];
  /** In the order of the config; the position of an instance never changes, its id does with each start. */
  readonly instances: () => readonly InstanceStatus[];
  /** Called after changes of any instance, at most every 50 ms. Returns its own removal. */
  readonly onChange: (listener: () => void) => () => void;
  /** What the processes print, in batches at most every 100 ms, bounded: what comes faster is dropped and counted. */
  readonly onLines: (listener: (lines: readonly FleetLine[]) => void) => () => void;
  /** Such as "http://127.0.0.1:4400"; "" before `start` has resolved. */
  readonly controlUrl: () => string;
}

/** Signature of `createSupervisor`, which this file will export. */
export type CreateSupervisor = (options: SupervisorOptions) => Supervisor;
