import type { Random } from "../../core/clock.ts";
import type { Fault } from "../../discovery/fault.ts";
import type { Instance, Snapshot } from "../../discovery/instance.ts";
import type { Registry } from "../../discovery/port.ts";
import { reconnectDelayMs } from "../../discovery/reconnect-delay.ts";
import { type FaultOptions, faultOf } from "./simulated-fault.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { REGISTRY_DELAY_MS, type RegistryHeart, registryPort, type Watcher } from "./simulated-registry-port.ts";
import type { TimelineWriter } from "./timeline.ts";
import type { WorldClock } from "./world-clock.ts";

/** The registry of a world, as a scenario treats it. */
export interface RegistryControls {
  /** Who is registered now. */
  readonly instances: () => readonly Instance[];
  /** From now on nobody reaches it. */
  readonly goDown: () => void;
  /** It is back; with `forgetful` it has lost its memory, and instances come back with their next renewal. */
  readonly comeBack: (how?: { readonly forgetful?: boolean }) => void;
  /**
   * Tells watchers something else than the truth from now on: a bad push. Undefined: the truth again.
   * @param revision The number it gives to what it tells. Default: the right one.
   */
  readonly distort: (distortion: Distortion | undefined, revision?: number) => void;
}

/** A fault, and when it ends. */
interface TimedFault {
  readonly fault: Fault;
  readonly endMs: number;
}

/** Makes what watchers are told out of what is true. */
export type Distortion = (instances: readonly Instance[]) => readonly Instance[];

/** The registry as the processes of a world need it. */
export interface RegistryCore extends RegistryControls {
  readonly portOf: (process: SimulatedProcess, random: Random) => Registry;
  /** Takes an instance out, as a supervisor does that saw it die. */
  readonly remove: (id: string) => void;
  /** From now on callers of a service are told of a fault. Throws OPTION_INVALID. */
  readonly inject: (options: FaultOptions) => void;
}

/** As in the real one: how long an instance is kept that does not renew. */
const LEASE_MS = 10_000;
const SWEEP_MS = 1_000;
/** Ids of departed instances told to watchers. */
const LEFT_MAX = 1_000;
/** Failures after which the delay before the next try is as long as it gets. */
const FAILURES_MANY = 10;

interface Entry {
  readonly instance: Instance;
  readonly expiresMs: number;
}

/** What the registry knows, and what it says of it. */
interface Memory {
  readonly entries: Map<string, Entry>;
  readonly known: Set<string>;
  readonly left: Set<string>;
  readonly faults: Set<TimedFault>;
  revision: number;
  /** Until then it may not know everyone. */
  incompleteUntilMs: number;
  distortion: Distortion | undefined;
  toldRevision: number | undefined;
}

export interface RegistryParts {
  readonly clock: WorldClock;
  readonly random: Random;
  readonly timeline: TimelineWriter;
}

/**
 * A registry with the manners of the control plane's: leases that are renewed, whole snapshots pushed at each change,
 * who left by their own word named as such, a first time after the loss of its memory in which it says that it may not
 * know everyone.
 */
export function createSimulatedRegistry({ clock, random, timeline }: RegistryParts): RegistryCore {
  const memory = emptyMemory();
  const watchers = new Set<Watcher>();
  let up = true;

  const tell = (watcher: Watcher) => {
    const snapshot = snapshotFor(memory, watcher, clock.now());
    clock.after(REGISTRY_DELAY_MS, () => watcher.process.whenAwake(() => watcher.events.onSnapshot(snapshot)));
  };
  const tellAll = () => {
    memory.revision += 1;
    if (up) for (const watcher of watchers) tell(watcher);
  };
  const remove = (id: string, why: string) => {
    if (!up || !memory.entries.delete(id)) return;
    timeline.milestone("registry", `${id} ${why}`);
    tellAll();
  };
  const depart = (id: string, why: string) => {
    if (up) addBounded(memory.left, id, LEFT_MAX);
    remove(id, why);
  };
  const put = (instance: Instance) => {
    const isNew = !memory.entries.has(instance.id);
    memory.entries.set(instance.id, { instance, expiresMs: clock.now() + LEASE_MS });
    memory.known.add(instance.service);
    memory.left.delete(instance.id);
    if (!isNew) return;
    timeline.milestone("registry", `${instance.id} registers`);
    tellAll();
  };
  const sweep = () => {
    for (const [id, { expiresMs }] of memory.entries)
      if (expiresMs <= clock.now()) remove(id, "lets its lease run out");
    clock.after(SWEEP_MS, sweep);
  };
  const comeBack: RegistryControls["comeBack"] = ({ forgetful = false } = {}) => {
    const untilMs = clock.now() + LEASE_MS;
    timeline.milestone("registry", `comes back${forgetful ? " without its memory" : ""}`);
    up = true;
    if (forgetful) {
      Object.assign(memory, { revision: 0, incompleteUntilMs: untilMs });
      memory.entries.clear();
      clock.after(LEASE_MS, tellAll);
    }
    // nobody could renew: each gets the time of a lease
    for (const [id, entry] of memory.entries) memory.entries.set(id, { ...entry, expiresMs: untilMs });
    for (const watcher of watchers) clock.after(reconnectDelayMs(FAILURES_MANY, random), () => up && tell(watcher));
  };
  const heart: RegistryHeart = { clock, isUp: () => up, put, depart: (id) => depart(id, "leaves"), watchers, tell };
  clock.after(SWEEP_MS, sweep);

  return {
    instances: () => [...memory.entries.values()].map(({ instance }) => instance),
    goDown() {
      up = false;
      timeline.milestone("registry", "goes down");
      for (const { process, events } of watchers) {
        clock.after(REGISTRY_DELAY_MS, () => process.whenAwake(() => events.onStale("the connection was closed")));
      }
    },
    comeBack,
    distort(distortion, revision) {
      timeline.milestone("registry", distortion ? "begins to tell something untrue" : "tells the truth again");
      Object.assign(memory, { distortion, toldRevision: revision });
      tellAll();
    },
    remove: (id) => depart(id, "was seen to die"),
    inject(options) {
      const fault = faultOf(options, `fault-${memory.faults.size + 1}`);
      memory.faults.add({ fault, endMs: clock.now() + fault.remainingMs });
      timeline.milestone("registry", `tells of ${fault.id} in ${fault.service}`);
      tellAll();
    },
    portOf: (process, ownRandom) => registryPort(heart, process, ownRandom),
  };
}

function emptyMemory(): Memory {
  return {
    entries: new Map(),
    known: new Set(),
    left: new Set(),
    faults: new Set(),
    revision: 0,
    incompleteUntilMs: 0,
    distortion: undefined,
    toldRevision: undefined,
  };
}

function snapshotFor(memory: Memory, { services }: Watcher, nowMs: number): Snapshot {
  const all = [...memory.entries.values()].map(({ instance }) => instance);
  const told = memory.distortion ? memory.distortion(all) : all;
  const faults = [...memory.faults].filter(({ fault, endMs }) => endMs > nowMs && services.has(fault.service));
  return {
    revision: memory.toldRevision ?? memory.revision,
    instances: told.filter(({ service }) => services.has(service)).map((instance) => ({ ...instance })),
    services: [...memory.known],
    watched: [...services],
    left: [...memory.left],
    complete: nowMs >= memory.incompleteUntilMs,
    ...(faults.length > 0 && { faults: faults.map(({ fault, endMs }) => ({ ...fault, remainingMs: endMs - nowMs })) }),
  };
}

function addBounded(set: Set<string>, text: string, max: number): void {
  set.add(text);
  const [oldest] = set;
  if (set.size > max && oldest !== undefined) set.delete(oldest);
}
