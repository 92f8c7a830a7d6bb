import { lognormal, type World, worker } from "shoal/testing";
import { shareOf, startCallers } from "../leaf.ts";
import { naiveClient } from "../naive.ts";
import { ms, percent, type Scenario } from "../scenario.ts";

const LOAD = { perSecond: 500, forMs: 60_000 };

/** One of five instances is ten times as slow as the others, for good. */
export const slowReplicaOfFive: Scenario = {
  number: 5,
  title: "one 10x slow replica of 5",
  comparable: "p99 of a healthy set; undici's BalancedPool leaves it 20% of the traffic",
  async run({ world: makeWorld, measure }) {
    for (const callers of [1, 20]) {
      const healthy = makeWorld();
      await startFive(healthy, 1);
      const healthyP99 = (await loaded(healthy, callers)).latencyMs(0.99);
      const world = makeWorld();
      const leaves = await startFive(world, 10);
      const p99 = (await loaded(world, callers)).latencyMs(0.99);
      const share = shareOf(leaves[0], leaves);
      measure(`p99 <= 1.3 x healthy, ${callers} callers`, `${ms(p99)} to ${ms(healthyP99)}`, p99 <= 1.3 * healthyP99);
      measure(`share of the slow one <= 1%, ${callers} callers`, percent(share), share <= 0.01);
    }
    const world = makeWorld();
    await startFive(world, 10);
    const call = naiveClient(world, { from: world.join("caller"), service: "leaf", attempts: 1, timeoutMs: 10_000 });
    const naive = world.load({ ...LOAD, call });
    await world.run(62_000);
    measure("control: p99 of round robin", ms(naive.latencyMs(0.99)), naive.latencyMs(0.99) > 100);
  },
};

function startFive(world: World, slowness: number) {
  return world.start(
    "leaf",
    (instance) => worker(instance, lognormal(instance.id === "leaf-1" ? 10 * slowness : 10, 0.3)),
    { instances: 5 },
  );
}

async function loaded(world: World, callers: number) {
  const tally = startCallers(world, { ...LOAD, callers });
  await world.run(62_000);
  return tally;
}
