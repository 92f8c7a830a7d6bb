import type { Cancel, Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import type { Registry } from "./port.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** What a client knows about one service's instances. The same object as long as nothing changed. */
export interface InstanceSet {
  /**
   * - `pending`: nothing heard yet; wait with `onChange`;
   * - `ok`: as the registry says, and an empty set means that there is none;
   * - `stale`: the last known good set, the registry being out of reach.
   */
  readonly state: "pending" | "ok" | "stale";
  /** Where to send requests: the own realm's instances, or the fallback realm's when the own realm has none. */
  readonly instances: readonly Instance[];
  /** Taken out by a mass removal less than 10 min ago: for when no other instance answers. Never in `instances`. */
  readonly lastResort: readonly Instance[];
  /** The names of all services the registry has told of; for error messages. */
  readonly known: readonly string[];
  /** Since when the registry is out of reach, on `clock.now()`'s scale; also set on a pending set then. */
  readonly staleSinceMs?: number;
}

export interface ResolverOptions {
  readonly registry: Registry;
  readonly identity: Identity;
  readonly clock: Clock;
  /** The last known good set on disk, for a start while the registry is out of reach. Default: none. */
  readonly store?: SnapshotStore | undefined;
  /** Default: silent. */
  readonly log?: Log | undefined;
}

/** A client's view of the registry. */
export interface Resolver {
  /** What is known now; pending for a service that is not watched. */
  readonly instancesOf: (service: string) => InstanceSet;
  /** Begins to watch a service; does nothing the second time. Throws LIMIT_REACHED over 1 000 services. */
  readonly watch: (service: string) => void;
  /** Calls `listener` after each change of the service's set, until cancelled. Does not begin to watch. */
  readonly onChange: (service: string, listener: (set: InstanceSet) => void) => Cancel;
  /** Ends the watch and writes what is not yet on disk. */
  readonly close: () => void;
}

/** Makes a resolver. It watches nothing until `watch`. */
export declare function createResolver(options: ResolverOptions): Resolver;
