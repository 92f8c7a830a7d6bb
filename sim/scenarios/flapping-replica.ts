import { type Distribution, lognormal, type World, worker } from "shoal/testing";
import { startCallers } from "../leaf.ts";
import { percent, type Scenario } from "../scenario.ts";

/** When a caller's log says that it takes the instance out, in ms. */
function ejectedMs(world: World, id: string): number | undefined {
  return world.timeline.milestones.find(({ what }) => what.startsWith(`logs: ${id} fails too often`))?.atMs;
}

/** Starts instances of which the first answers every other request with a 500, in no less time than the others. */
function startWithFlapping(world: World, instances: number, takesMs: Distribution) {
  return world.start(
    "leaf",
    (instance) => {
      const handle = worker(instance, takesMs);
      if (instance.id !== "leaf-1") return handle;
      let answers = 0;
      return async (request, context) => {
        const reply = await handle(request, context);
        answers += 1;
        return answers % 2 === 0 ? { ...reply, status: 500 } : reply;
      };
    },
    { instances },
  );
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
    const busy = makeWorld();
    await startWithFlapping(busy, 3, lognormal(300, 0.3));
    const startMs = busy.clock.now();
    const tally = startCallers(busy, { callers: 1, perSecond: 150, forMs: 60_000 });
    await busy.run(65_000);
    const outMs = (ejectedMs(busy, "leaf-1") ?? Number.POSITIVE_INFINITY) - startMs;
    measure("ejected within 10 s and an interval of 1 s", `${(outMs / 1_000).toFixed(1)} s`, outMs <= 11_000);
    measure("calls that succeed >= 99.9%", percent(tally.successRatio(), 3), tally.successRatio() >= 0.999);

    const quick = makeWorld();
    await startWithFlapping(quick, 5, lognormal(10, 0.3));
    const calls = startCallers(quick, { callers: 1, perSecond: 500, forMs: 60_000 });
    await quick.run(65_000);
    const success = calls.successRatio();
    measure("calls to a quick service that succeed >= 99.9%", percent(success, 3), success >= 0.999);
  },
};
