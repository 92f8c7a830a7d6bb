import { percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { withRig } from "./rig/with-rig.ts";

/** 167 ms on average, as in Buoyant's experiment, 470 ms in one of a hundred. */
const USUAL = { takesMs: 147, sigma: 0.5 };
const SLOW = { takesMs: 2_000, sigma: 0 };
const FOR_MS = 60_000;

/** One of eleven instances takes 2 s for the middle half of a minute. */
export const slowReplicaOfEleven: SocketScenario = {
  number: 4,
  title: "one replica of 11 at 2 s for 30 s of 60",
  comparable: "Buoyant 2016, within 1 s: round robin 95%, least loaded 99%, peak EWMA 99.9%",
  long: true,
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const leaves = await rig.leaves(11, USUAL);
    const [callers, others] = await Promise.all([
      rig.callers(addressesOf(leaves), { policy: { deadlineMs: 1_000 } }),
      rig.callers(addressesOf(leaves), { kind: "naive" }),
    ]);
    await Promise.all([callers.warm(), others.warm()]);
    const loads = Promise.all([
      callers.load({ perSecond: 1_000, forMs: FOR_MS }),
      others.load({ perSecond: 30, forMs: FOR_MS }),
    ]);
    const slow = async (behaviour: typeof USUAL) => leaves[0]?.ask("behave", behaviour);
    await rig.pause(FOR_MS / 4);
    await slow(SLOW);
    await rig.pause(FOR_MS / 2);
    await slow(USUAL);
    const [{ tally }, naive] = await loads;
    const within = tally.withinRatio(1_000);
    measure("answered within 1 s >= 99.9%", percent(within, 3), within >= 0.999);
    const control = naive.tally.withinRatio(1_000);
    measure("control: round robin", percent(control, 3), control < 0.99);
  }),
};
