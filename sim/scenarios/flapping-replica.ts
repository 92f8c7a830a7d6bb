import { lognormal, type World } from "shoal/testing";
import { startCallers, startLeaves } from "../leaf.ts";
import { percent, type Scenario } from "../scenario.ts";

/** When a caller's log says that it takes the instance out, in ms. */
function ejectedMs(world: World, id: string): number | undefined {
  return world.timeline.milestones.find(({ what }) => what.startsWith(`logs: ${id} fails too often`))?.atMs;
}

/**
 * Every other answer of one instance is a 500: never five in a row, so only the share of failures tells.
 * The service is slow and busy. Were it quick, the balancer alone would keep the calls away from the instance.
 */
export const flappingReplica: Scenario = {
  number: 9,
  title: "flapping replica: every other answer fails",
  comparable: "Linkerd's unified breaker, Envoy's success rate",
  async run({ world: makeWorld, measure }) {
    const world = makeWorld();
    const [bad] = await startLeaves(world, { instances: 3 }, lognormal(300, 0.3));
    bad?.disturb({ failures: (request) => request % 2 === 0 });
    const startMs = world.clock.now();
    const tally = startCallers(world, { callers: 1, perSecond: 150, forMs: 60_000 });
    await world.run(65_000);
    const outMs = (ejectedMs(world, "leaf-1") ?? Number.POSITIVE_INFINITY) - startMs;
    measure("ejected within 10 s and an interval of 1 s", `${(outMs / 1_000).toFixed(1)} s`, outMs <= 11_000);
    measure("calls that succeed >= 99.9%", percent(tally.successRatio(), 3), tally.successRatio() >= 0.999);

    const quick = makeWorld();
    const leaves = await startLeaves(quick, { instances: 5 });
    leaves[0]?.disturb({ failures: (request) => request % 2 === 0 });
    const calls = startCallers(quick, { callers: 1, perSecond: 500, forMs: 60_000 });
    await quick.run(65_000);
    const success = calls.successRatio();
    measure("calls to a quick service that succeed >= 99.9%", percent(success, 3), success >= 0.999);
  },
};
