import { createResolver } from "../../packages/shoal/src/discovery/resolver.ts";
import { leaf, startCallers, startLeaves } from "../leaf.ts";
import type { Scenario } from "../scenario.ts";

const DOWN_MS = 600_000;

/** The registry is out of reach for ten minutes; meanwhile an instance dies, and a new process has to start without it. */
export const controlPlaneDown: Scenario = {
  number: 21,
  title: "control plane down for 10 min",
  comparable: "gRPC A57, Consul's anti-entropy, Eureka's self-preservation",
  async run({ world: makeWorld, measure }) {
    const world = makeWorld();
    const leaves = await startLeaves(world, { instances: 3 });
    const tally = startCallers(world, { callers: 1, perSecond: 20, forMs: DOWN_MS + 60_000 });
    const { registry, identity, ports } = world.join("watcher").runtime;
    const resolver = createResolver({ registry, identity, clock: ports.clock });
    resolver.watch("leaf");
    await world.run(10_000);
    const downMs = world.clock.now();
    world.registry.goDown();
    await world.run(60_000);
    leaves[0]?.crash({ unseen: true });
    await world.run(60_000);

    const cold = world.join("caller");
    const consumer = cold.use(leaf);
    const coldCalls = world.load({ perSecond: 20, forMs: DOWN_MS - 120_000, call: () => consumer.work() });
    await world.run(DOWN_MS - 120_000);
    const { state, staleSinceMs = 0 } = resolver.instancesOf("leaf");
    world.registry.comeBack({ forgetful: true });
    await world.run(60_000);
    const backState = resolver.instancesOf("leaf").state;
    const lateMs = staleSinceMs - downMs;
    const gauge = `${state} since ${lateMs.toFixed(0)} ms after, then ${backState}`;
    const failed = tally.failed() + coldCalls.failed();
    measure("calls that fail: 0", `${failed} of ${tally.calls() + coldCalls.calls()}`, failed === 0);
    measure("those of a process started meanwhile: 0", String(coldCalls.failed()), coldCalls.failed() === 0);
    const told = state === "stale" && lateMs < 10 && backState === "ok";
    measure("the set is called stale, and since when", gauge, told);
  },
};
