import { percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { shareOf } from "./rig/share-of.ts";
import { withRig } from "./rig/with-rig.ts";

const EARLY_MS = 5_000;
const FOR_MS = 21_000;

/** One of five instances answers 500 at once, the others take 10 ms. */
export const fastFailingReplica: SocketScenario = {
  number: 8,
  title: "fast-failing replica of 5",
  comparable: "latency-only EWMA sends it 40% of the traffic; Linkerd's load biaser",
  beside: "quiet",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const run = async (clients: number, perSecond: number, earlyMax: number) => {
      const leaves = await rig.leaves(5);
      const [bad] = leaves;
      const callers = await rig.callers(addressesOf(leaves), { clients });
      await callers.warm();
      await bad?.ask("behave", { failureRatio: 1 });
      const { tally, startMs } = await callers.load({ perSecond, forMs: FOR_MS });
      const early = await shareOf(bad, leaves, [startMs, startMs + EARLY_MS]);
      const steady = await shareOf(bad, leaves, [startMs + EARLY_MS, Number.POSITIVE_INFINITY]);
      const who = `${clients} ${clients === 1 ? "client" : "clients"}`;
      measure(`attempts that fail in 5 s <= ${percent(earlyMax, 0)}, ${who}`, percent(early), early <= earlyMax);
      measure(`attempts that fail after that <= 0.15%, ${who}`, percent(steady, 3), steady <= 0.0015);
      measure(`calls that fail: 0, ${who}`, `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
    };
    await Promise.all([run(1, 100, 0.01), run(20, 200, 0.05)]);
  }),
};
