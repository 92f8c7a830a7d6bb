import { lognormal, type Tally, type World, worker } from "shoal/testing";
import { shareOf, startCallers } from "../leaf.ts";
import { naiveClient } from "../naive.ts";
import type { PlotLine } from "../report/plot.ts";
import { ms, percent, type Scenario } from "../scenario.ts";

const LOAD = { perSecond: 500, forMs: 60_000 };

/** One of five instances is ten times as slow as the others, for good. */
export const slowReplicaOfFive: Scenario = {
  number: 5,
  title: "one 10x slow replica of 5",
  comparable: "p99 of a healthy set; undici's BalancedPool leaves it 20% of the traffic",
  async run({ world: makeWorld, measure, plot }) {
    const lines: PlotLine[] = [];
    for (const callers of [1, 20]) {
      const healthy = makeWorld();
      await startFive(healthy, 1);
      const healthyTally = await loaded(healthy, callers);
      const healthyP99 = healthyTally.latencyMs(0.99);
      const world = makeWorld();
      const leaves = await startFive(world, 10);
      const tally = await loaded(world, callers);
      const p99 = tally.latencyMs(0.99);
      if (callers === 20) lines.push(lineOf("Shoal", tally), lineOf("Shoal, all five well", healthyTally));
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
    plot({
      name: "slow-replica",
      title: "How long calls take when one instance of five is ten times as slow",
      x: "of the calls, %",
      y: "take at most, ms",
      lines: [lineOf("in turn", naive), ...lines],
    });
  },
};

/** Latency by percentile: the tail is what the slow one makes. */
function lineOf(name: string, tally: Tally): PlotLine {
  const percentiles = [...Array.from({ length: 49 }, (_, index) => 50 + index), 98.5, 99, 99.5, 99.8];
  return { name, points: percentiles.map((percentile) => [percentile, tally.latencyMs(percentile / 100)]) };
}

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
