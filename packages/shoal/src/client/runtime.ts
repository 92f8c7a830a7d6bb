import type { Cancel } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import type { Identity } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import type { SnapshotStore } from "../discovery/snapshot-store.ts";
import type { SupervisorMessage } from "../discovery/supervisor-line.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import type { EdgeEvent, ResilienceMeter } from "../telemetry/resilience.ts";
import type { HttpListener } from "../transport/http-listener.ts";
import type { HttpListenerParts } from "../transport/http-listener-parts.ts";
import type { Transport } from "../transport/port.ts";
import type { PolicyOverrides } from "./policy-overrides.ts";

/** Everything a client or a server needs from around it: a process has one, a simulator makes many. */
export interface Runtime {
  readonly ports: Ports;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly registry: Registry;
  readonly meter: Meter;
  /** Where spans and exchanges go. Default: nowhere. */
  readonly recorder?: Recorder;
  /** Counts how calls and requests were protected. Default: nothing is counted. */
  readonly resilience?: ResilienceMeter;
  /** What holds for the fleet's calls unless the code says otherwise. Default: the defaults. */
  readonly policies?: PolicyOverrides;
  readonly log: Log;
  /**
   * Keeps the process alive until cancelled: timers of `Clock` do not, so a script that waits for a retry would end.
   * Default: nothing does.
   */
  readonly holdProcess?: () => Cancel;
  /** Loads what a first call needs, ahead of it. Default: nothing to load. */
  readonly warm?: () => void;
  /** Opens a server's listener. Default: HTTP/1.1 on a port. */
  readonly listen?: (parts: HttpListenerParts) => Promise<HttpListener>;
  /** Where the last known instances outlive the process. Default: files in the identity's `stateFolder`, if it has one. */
  readonly snapshotStore?: SnapshotStore;
  /** Set where several services share the process. Default: the service has it to itself. */
  readonly member?: GroupMember;
}

/** What a service in a group is told by its group instead of by its process. */
export interface GroupMember {
  /** The file that was loaded for it, absolute: only what that file serves listens by itself. */
  readonly file: string;
  /** What the environment would be if it had its process to itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts a service for the life of the group. */
  readonly start: (listen: () => Promise<{ readonly close: () => Promise<void> }>) => Promise<void>;
  /** Tells the supervisor about this service. */
  readonly tell: (message: SupervisorMessage) => void;
  /** To be waited for by a service that stops, before it turns calls from its own process away: the others may still make some. */
  readonly othersDone: () => Promise<void>;
}

/** Counts what is decided on the way to a service; to be made once for each. */
export function noterOf({ resilience }: Pick<Runtime, "resilience">, service: string): (event: EdgeEvent) => void {
  return resilience?.edge(service) ?? noteNothing;
}

function noteNothing(): void {}

/** The runtime's recorder, if it records anything. */
export function recorderOf({ recorder }: Pick<Runtime, "recorder">): Recorder | undefined {
  return recorder?.enabled ? recorder : undefined;
}
