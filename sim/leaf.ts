import { type CallPolicy, contract, get } from "shoal";
import {
  type Distribution,
  lognormal,
  type SimulatedInstance,
  type StartOptions,
  type World,
  worker,
} from "shoal/testing";
import { z } from "zod";

/** The service at the end of most scenarios' calls. */
export const leaf = contract("leaf", { work: get("/work", { returns: z.object({}) }) });

/** Starts instances of it that take `takesMs`, by default 10 ms in the median and 20 ms in one of a hundred. */
export function startLeaves(
  world: World,
  options: StartOptions,
  takesMs: Distribution = lognormal(10, 0.3),
): Promise<readonly SimulatedInstance[]> {
  return world.start("leaf", (instance) => worker(instance, takesMs), options);
}

export interface CallersOptions {
  /** Processes that share the load. */
  readonly callers: number;
  readonly perSecond: number;
  readonly forMs: number;
  /** Default: the product's. */
  readonly policy?: CallPolicy;
}

/** Processes that call the leaf with the product's client and its defaults, in turn. */
export function startCallers(world: World, { callers, perSecond, forMs, policy }: CallersOptions) {
  const consumers = Array.from({ length: callers }, () => world.join("caller").use(leaf, policy));
  return world.load({
    perSecond,
    forMs,
    call: async (index) => consumers[index % callers]?.work(),
  });
}

/** The share of all requests that arrived at `one`. */
export function shareOf(one: SimulatedInstance | undefined, all: readonly SimulatedInstance[]): number {
  const total = all.reduce((sum, instance) => sum + instance.received(), 0);
  return (one?.received() ?? 0) / total;
}
