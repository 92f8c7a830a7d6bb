import type { Instance, Snapshot } from "./instance.ts";

/** An instance's place in the registry. */
export interface Lease {
  /** Leaves the registry. Resolves when the registry has it, or after 1 s without an answer. Never rejects. */
  readonly leave: () => Promise<void>;
  /** Resolves when the registry has it for the first time, or when it left before. Absent: it has it already. */
  readonly registered?: Promise<void>;
}

export interface Watch {
  /** Adds services to those watched. */
  readonly add: (service: string) => void;
  readonly close: () => void;
}

export interface WatchEvents {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** The source cannot be reached; snapshots will come again when it can. Never empties a set. */
  readonly onStale: (reason: string) => void;
}

/** Who is alive where. Backings: the control plane, a static list, DNS; later NATS. */
export interface Registry {
  /** Registers and keeps the lease renewed until `leave`. Never rejects: it tries until it succeeds. */
  readonly register: (instance: Instance) => Lease;
  /** Watches services; snapshots hold the instances of all services added so far, of every realm asked for. */
  readonly watch: (events: WatchEvents) => Watch;
}
