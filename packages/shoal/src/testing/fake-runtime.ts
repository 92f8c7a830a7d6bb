import type { Runtime } from "../client/runtime.ts";
import { type Identity, identityFrom } from "../discovery/identity.ts";
import type { Served } from "../telemetry/meter.ts";
import { createLocalTransport, type LocalTransport } from "../transport/local.ts";
import { createFakeRegistry, type FakeRegistry } from "./fake-registry.ts";
import { createRecordingLog, type RecordingLog } from "./recording-log.ts";
import { seededRandom } from "./seeded-random.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** A whole runtime in memory: virtual time, seeded chance, no socket; and what was registered, logged and counted. */
export interface FakeRuntime extends Runtime {
  readonly ports: { readonly clock: VirtualClock; readonly random: () => number };
  readonly registry: FakeRegistry;
  readonly transport: LocalTransport;
  readonly log: RecordingLog;
  /** What was served, in order. */
  readonly served: readonly Served[];
}

export interface FakeRuntimeOptions {
  readonly identity?: Partial<Identity>;
  /** Default 1. */
  readonly seed?: number;
  /** Shared by several runtimes of one simulated machine. */
  readonly clock?: VirtualClock;
  readonly registry?: FakeRegistry;
  readonly transport?: LocalTransport;
}

export function createFakeRuntime(options: FakeRuntimeOptions = {}): FakeRuntime {
  const { clock = createVirtualClock(), registry = createFakeRegistry(), transport = createLocalTransport() } = options;
  const served: Served[] = [];
  return {
    ports: { clock, random: seededRandom(options.seed ?? 1) },
    identity: { ...identityFrom({}, 1), ...options.identity },
    registry,
    transport,
    meter: { served: (request) => void served.push(request) },
    log: createRecordingLog(),
    served,
  };
}
