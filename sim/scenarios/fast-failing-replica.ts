import { shareOf, startCallers, startLeaves } from "../leaf.ts";
import { percent, type Scenario } from "../scenario.ts";

/** One of five instances answers 500 within a millisecond: to a balancer that looks at speed alone, the best of all. */
export const fastFailingReplica: Scenario = {
  number: 8,
  title: "fast-failing replica of 5",
  comparable: "latency-only EWMA sends it 40% of the traffic; Linkerd's load biaser",
  async run({ world: makeWorld, measure }) {
    for (const [callers, earlyMax] of [
      [1, 0.01],
      [20, 0.05],
    ] as const) {
      const world = makeWorld();
      const leaves = await startLeaves(world, { instances: 5 });
      const [bad] = leaves;
      bad?.disturb({ failures: 1 });
      const tally = startCallers(world, { callers, perSecond: 500, forMs: 120_000 });
      await world.run(5_000);
      const early = shareOf(bad, leaves);
      const badEarly = bad?.received() ?? 0;
      const allEarly = leaves.reduce((sum, { received }) => sum + received(), 0);
      await world.run(120_000);
      const all = leaves.reduce((sum, { received }) => sum + received(), 0);
      const steady = ((bad?.received() ?? 0) - badEarly) / (all - allEarly);
      measure(
        `attempts that fail in 5 s <= ${percent(earlyMax, 0)}, ${callers} callers`,
        percent(early),
        early <= earlyMax,
      );
      measure(`attempts that fail after that <= 0.15%, ${callers} callers`, percent(steady, 3), steady <= 0.0015);
      measure(`calls that fail: 0, ${callers} callers`, `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
    }
  },
};
