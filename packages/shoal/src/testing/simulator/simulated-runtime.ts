import type { PolicyOverrides } from "../../client/policy-overrides.ts";
import type { Runtime } from "../../client/runtime.ts";
import type { Random } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { identityFrom } from "../../discovery/identity.ts";
import type { SnapshotStore, StoredSet } from "../../discovery/snapshot-store.ts";
import { NO_METER } from "../../telemetry/meter.ts";
import { createHost, type Host } from "./host.ts";
import type { NetworkCore } from "./network.ts";
import { createSimulatedProcess, type SimulatedProcess } from "./simulated-process.ts";
import type { RegistryCore } from "./simulated-registry.ts";
import { simulatedTransport } from "./simulated-transport.ts";
import type { TimelineWriter } from "./timeline.ts";
import type { WorldClock } from "./world-clock.ts";

export interface SimulatedRuntimeParts {
  readonly id: string;
  readonly service: string;
  readonly zone: string;
  readonly clock: WorldClock;
  readonly network: NetworkCore;
  readonly registry: RegistryCore;
  /** What is kept for a cold start, by service: its instances share a disk. */
  readonly disks: Map<string, StoredSet>;
  readonly randomOf: (name: string) => Random;
  readonly timeline: TimelineWriter;
  readonly policies: PolicyOverrides;
}

export interface SimulatedRuntime {
  readonly process: SimulatedProcess;
  readonly runtime: Runtime;
  /** What listens in it; undefined until something does. */
  readonly host: () => Host | undefined;
}

const PORT_FIRST = 20_001;
/** Lines of a process's log that become milestones, and how many of those may be errors: they come in storms. */
const LINES_MAX = 1_000;
const ERRORS_MAX = 20;

/** A process, and all that client and server need in it. */
export function simulatedRuntime(parts: SimulatedRuntimeParts): SimulatedRuntime {
  const { id, service, zone, clock, network, registry, disks, randomOf, timeline, policies } = parts;
  const process = createSimulatedProcess(id, service, clock);
  const random = randomOf(id);
  let host: Host | undefined;
  const runtime: Runtime = {
    ports: { clock: process.clock, random },
    identity: { ...identityFrom({}, 1), service, instance: id, zone },
    transport: simulatedTransport(process, network),
    registry: registry.portOf(process, random),
    meter: NO_METER,
    policies,
    log: timelineLog(id, timeline),
    snapshotStore: memorySnapshotStore(disks, service),
    async listen({ handler }) {
      host = createHost(process, handler, randomOf(`${id} host`));
      const port = PORT_FIRST + network.hosts.size;
      network.hosts.set(`http://127.0.0.1:${port}`, host);
      return { port, active: host.inFlight, close: host.close };
    },
  };
  return { process, runtime, host: () => host };
}

function memorySnapshotStore(disks: Map<string, StoredSet>, service: string): SnapshotStore {
  return {
    load: async () => disks.get(service),
    save: (set) => void disks.set(service, set),
    close: async () => {},
  };
}

function timelineLog(id: string, timeline: TimelineWriter): Log {
  const note = (linesMax: number) => {
    let lines = 0;
    return (message: string) => {
      lines += 1;
      if (lines <= linesMax) timeline.milestone(id, `logs: ${message}`);
    };
  };
  return { debug: () => {}, info: note(LINES_MAX), warn: note(LINES_MAX), error: note(ERRORS_MAX) };
}
