import { type Policies, resolvePolicies } from "../../client/policy-overrides.ts";
import { loadStreamOperation } from "../../client/stream-method.ts";
import type { Clock, Random } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import { isName, NAME_RULE } from "../../core/names.ts";
import { checkInteger, checkOption } from "../../core/options.ts";
import type { StoredSet } from "../../discovery/snapshot-store.ts";
import type { Served } from "../../server/served.ts";
import { loadStreamReply } from "../../server/stream-loader.ts";
import type { Handler } from "../../transport/port.ts";
import { seededRandom } from "../seeded-random.ts";
import { hashOf } from "./hash-of.ts";
import { listenWith } from "./listen-with.ts";
import { type LoadOptions, startLoad } from "./load.ts";
import { createNetwork, type Network } from "./network.ts";
import type { FaultOptions } from "./simulated-fault.ts";
import { createSimulatedInstance, type SimulatedInstance } from "./simulated-instance.ts";
import { createSimulatedRegistry, type RegistryControls } from "./simulated-registry.ts";
import { simulatedRuntime } from "./simulated-runtime.ts";
import type { Tally } from "./tally.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createWorldClock } from "./world-clock.ts";
import { createWorldRun, type WorldRun } from "./world-run.ts";

/** What an instance serves: a service, whole, or a function from request to reply where a cheap stand-in will do. */
export type Serving = Served | Handler;

export interface StartOptions {
  /** Default 1. */
  readonly instances?: number;
  /** The zones they stand in, one after the other: the first in the first, and so on around. Default: all in "local". */
  readonly zones?: readonly string[];
}

export interface JoinOptions {
  /** The zone it stands in. Default "local". */
  readonly zone?: string;
}

/** Processes, a network, a registry and one clock, all simulated: see docs/guides/testing.md. */
export interface World extends WorldRun {
  readonly seed: number;
  readonly clock: Clock;
  /** The scenario's own chance; each process, the network and the registry have theirs. */
  readonly random: Random;
  readonly network: Network;
  readonly registry: RegistryControls;
  readonly timeline: Timeline;
  /**
   * Starts instances of a service and lets the world run until they are ready.
   * @param make Called for each, as that process, so that what it makes is its own.
   */
  readonly start: (
    service: string,
    make: (instance: SimulatedInstance) => Serving,
    options?: StartOptions,
  ) => Promise<readonly SimulatedInstance[]>;
  /** A process that serves nothing: a caller. */
  readonly join: (name: string, options?: JoinOptions) => SimulatedInstance;
  /** The process of that id, such as "quotes-1". Throws OPTION_INVALID when there is none. */
  readonly instance: (id: string) => SimulatedInstance;
  /** Injects a fault into calls of a service, as `shoal fault add` does. Throws OPTION_INVALID. */
  readonly fault: (options: FaultOptions) => void;
  /** Begins calls at a rate, from now on, while the world runs. */
  readonly load: (options: LoadOptions) => Tally;
}

export interface WorldOptions {
  /** From 0 to 2^32 - 1. Everything that happens follows from it. Default 1. */
  readonly seed?: number;
  /** As in `shoal.config.ts`: how calls are made unless the code says otherwise. Default: the defaults. */
  readonly policies?: Policies;
}

/** Makes an empty world, at time 0. Throws OPTION_INVALID. */
export function createWorld({ seed = 1, policies: given = {} }: WorldOptions = {}): World {
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  const policies = resolvePolicies(given);
  const clock = createWorldClock();
  const timeline = createTimeline(clock.now);
  const randomOf = (name: string) => seededRandom(seed ^ hashOf(name));
  const random = randomOf("scenario");
  const network = createNetwork({ clock, random: randomOf("network"), timeline });
  const registry = createSimulatedRegistry({ clock, random: randomOf("registry"), timeline });
  const disks = new Map<string, StoredSet>();
  const instances = new Map<string, SimulatedInstance>();
  const counts = new Map<string, number>();
  const { at, run, until } = createWorldRun(clock);

  const nextId = (service: string) => {
    checkOption(isName(service), "service", NAME_RULE, service);
    const count = (counts.get(service) ?? 0) + 1;
    counts.set(service, count);
    return `${service}-${count}`;
  };
  const add = (service: string, make: ((instance: SimulatedInstance) => Serving) | undefined, zone = "local") => {
    checkOption(isName(zone), "zone", NAME_RULE, zone);
    const id = nextId(service);
    const { process, runtime, host } = simulatedRuntime({
      id,
      service,
      zone,
      clock,
      network,
      registry,
      disks,
      randomOf,
      timeline,
      policies,
    });
    let listening: ReturnType<typeof listenWith> | undefined;
    const instance = createSimulatedInstance({
      process,
      runtime,
      host,
      stop: async () => (await listening)?.close(),
      onSeenDying: () => registry.remove(id),
      note: (what) => timeline.milestone(id, what),
    });
    instances.set(id, instance);
    timeline.milestone(id, "starts");
    if (make) listening = instance.run(() => listenWith(make(instance), instance));
    return { instance, ready: Promise.resolve(listening) };
  };

  return {
    seed,
    clock,
    random,
    network,
    registry,
    timeline,
    async start(service, make, { instances: count = 1, zones = [] } = {}) {
      checkInteger("instances", count, 1, 10_000);
      // Loaded with a service's first request else, in real time, of which there is none in a world.
      await Promise.all([import("../../server/router.ts"), loadStreamReply(), loadStreamOperation()]);
      const started = Array.from({ length: count }, (_, index) => add(service, make, zones[index % zones.length]));
      await until(Promise.all(started.map(({ ready }) => ready)));
      return started.map(({ instance }) => instance);
    },
    join: (name, { zone } = {}) => add(name, undefined, zone).instance,
    instance(id) {
      const found = instances.get(id);
      if (found) return found;
      const known = [...instances.keys()].join(", ");
      throw shoalError("OPTION_INVALID", { message: `no instance "${id}" was started; there are: ${known || "none"}` });
    },
    fault: registry.inject,
    load: (options) => startLoad({ clock, random: randomOf(`load ${clock.now()}`), timeline }, options),
    at,
    run,
    until,
  };
}
