import { startCallers, startLeaves } from "../leaf.ts";
import type { Scenario } from "../scenario.ts";

/** The registry says that instances are gone which are as well as ever, and forgets to count. */
export const badRegistryPush: Scenario = {
  number: 22,
  title: "bad registry push: 100% and 80% of 10 vanish",
  comparable: "gRPC A53, Eureka's 85%, Consul's index rule",
  async run({ world: makeWorld, measure }) {
    for (const kept of [0, 2]) {
      const world = makeWorld();
      const leaves = await startLeaves(world, { instances: 10 });
      const tally = startCallers(world, { callers: 2, perSecond: 200, forMs: 60_000 });
      await world.run(10_000);
      world.registry.distort((instances) => instances.slice(0, kept), 1);
      await world.run(30_000);
      const warned = world.timeline.milestones.filter(({ what }) => what.includes("took out most instances")).length;
      world.registry.distort(undefined);
      await world.run(5_000);
      const before = leaves.map((instance) => instance.received());
      await world.run(15_000);
      const used = leaves.filter((instance, index) => instance.received() > (before[index] ?? 0)).length;
      const what = `${10 * (10 - kept)}% vanish`;
      measure(`${what}: calls that fail: 0`, `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
      measure(`${what}: all used after the next push`, `${used} of 10`, used === 10);
      measure(`${what}: each caller raises an alarm`, `${warned} of 2`, warned === 2);
    }
  },
};
