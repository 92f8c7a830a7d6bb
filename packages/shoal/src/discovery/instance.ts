import type { Fault } from "./fault.ts";

/** One running copy of a service, as the registry knows it. JSON-safe. */
export interface Instance {
  /** Unique for each start: a restarted process is a new instance. */
  readonly id: string;
  readonly service: string;
  /** Such as "http://127.0.0.1:20001". */
  readonly address: string;
  readonly realm: string;
  readonly zone: string;
  readonly release: string;
  /** Hash of its contract; "" for an instance without one. */
  readonly contract: string;
}

/** The instances of the watched services at one moment. Always the whole set, never a difference. */
export interface Snapshot {
  /** Grows with every change of the registry; starts again when the registry starts again. */
  readonly revision: number;
  readonly instances: readonly Instance[];
  /** The names of all services that have, or in this run had, an instance; for error messages. */
  readonly services: readonly string[];
  /** The services it is about: one that is not listed is unknown, not empty. Absent: all that were added. */
  readonly watched?: readonly string[];
  /**
   * Ids of instances that lately left by their own word or that of the supervisor that saw them die: certainly gone,
   * where one that is merely missing may only have lost contact. Absent: none.
   */
  readonly left?: readonly string[];
  /** False while a registry that has just started may not know everyone yet: what is missing stays. Absent: true. */
  readonly complete?: boolean;
  /** Faults to inject into calls of the watched services. Absent: none. */
  readonly faults?: readonly Fault[];
}
