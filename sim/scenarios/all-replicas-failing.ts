import { shareOf, startCallers, startLeaves } from "../leaf.ts";
import { percent, type Scenario } from "../scenario.ts";

const FAILING_MS = 30_000;
/** Were calls still spread blindly over five, 20% would succeed: at 30% the one that is well has been found. */
const FOUND_RATIO = 0.3;

/** Every instance fails; then one of them recovers, whichever it is. */
export const allReplicasFailing: Scenario = {
  number: 13,
  title: "all 5 replicas failing, then one recovers",
  comparable: "Envoy's panic threshold of 50%, Finagle's of 4 picks",
  async run({ world: makeWorld, measure }) {
    let leastShare = 1;
    let noInstance = 0;
    let slowestMs = 0;
    for (let recovering = 0; recovering < 5; recovering += 1) {
      const world = makeWorld();
      const leaves = await startLeaves(world, { instances: 5 });
      const heals = leaves.map((instance) => instance.disturb({ failures: 1 }));
      const tally = startCallers(world, { callers: 1, perSecond: 200, forMs: FAILING_MS + 20_000 });
      await world.run(FAILING_MS);
      leastShare = Math.min(leastShare, ...leaves.map((instance) => shareOf(instance, leaves)));
      const healMs = world.clock.now();
      heals[recovering]?.();
      await world.run(20_000);
      noInstance += tally.failures().get("NO_INSTANCE") ?? 0;
      slowestMs = Math.max(slowestMs, (tally.recoveredMs(healMs, FOUND_RATIO, 1) ?? Number.POSITIVE_INFINITY) - healMs);
    }
    measure("each gets its share: >= 5% of the requests", percent(leastShare, 1), leastShare >= 0.05);
    measure('calls that find "no instance": 0', String(noInstance), noInstance === 0);
    measure("whichever recovers is found <= 2 s later", `${slowestMs} ms`, slowestMs <= 2_000);
  },
};
