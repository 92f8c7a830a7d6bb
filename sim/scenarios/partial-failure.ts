import { startCallers, startLeaves } from "../leaf.ts";
import { percent, type Scenario, times } from "../scenario.ts";

const RATIOS = [0.01, 0.05, 0.1, 0.2, 0.5, 0.75, 1];
/** The least share of calls that must succeed all the same. */
const SUCCESS_MIN = new Map([
  [0.05, 0.999],
  [0.1, 0.98],
]);
const LOAD_MAX = 1.21;

/** Each request to the leaf fails with the same chance, whichever instance it reaches. */
export const partialFailure: Scenario = {
  number: 2,
  title: "partial failure curve",
  comparable: "Brooker's simulator: 98.6% at 109% load for 10% failures, 55% at 110% for 50%",
  async run({ world: makeWorld, measure }) {
    for (const ratio of RATIOS) {
      const world = makeWorld();
      const leaves = await startLeaves(world, { instances: 5 });
      for (const instance of leaves) instance.disturb({ failures: ratio });
      const tally = startCallers(world, { callers: 1, perSecond: 500, forMs: 60_000 });
      await world.run(61_000);
      const success = tally.successRatio();
      const load = leaves.reduce((sum, instance) => sum + instance.received(), 0) / tally.calls();
      const successMin = SUCCESS_MIN.get(ratio) ?? 0;
      const criterion = successMin === 0 ? "" : `success >= ${percent(successMin, 1)}, `;
      measure(
        `${criterion}load <= ${LOAD_MAX}x at ${percent(ratio, 0)} failures`,
        `${percent(success)} at ${times(load)}`,
        success >= successMin && load <= LOAD_MAX,
      );
    }
  },
};
