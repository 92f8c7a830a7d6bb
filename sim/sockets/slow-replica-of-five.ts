import { ms, percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import type { Callers } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

const FOR_MS = 19_000;
/** What comes before counts for nothing: each of the clients has to meet the slow one once. */
const KNOWN_MS = 4_000;
/** Long beside what a busy machine adds: a peak average takes 10 s to forget that each of them was late once. */
const USUAL_MS = 100;

/**
 * One of five instances takes ten times as long. Beside it, at the same time and with the same four others, callers of
 * five that are all well: what the machine adds, it adds to both.
 */
export const slowReplicaOfFive: SocketScenario = {
  number: 5,
  title: "one 10x-slow replica of 5",
  comparable: "20.4 to 21 ms, 20.1 when all are well; undici's BalancedPool sends the slow one 20%",
  beside: "quiet",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const [slow, fifth, ...four] = await rig.leaves(6, { takesMs: USUAL_MS });
    if (!slow || !fifth) throw new Error("six were started");
    await slow.ask("behave", { takesMs: 10 * USUAL_MS });
    const ill = addressesOf([slow, ...four]);
    const [well, one, twenty, pool] = await Promise.all([
      rig.callers(addressesOf([fifth, ...four]), { clients: 20 }),
      rig.callers(ill),
      rig.callers(ill, { clients: 20 }),
      rig.callers(ill, { kind: "balanced-pool" }),
    ]);
    await Promise.all([well, one, twenty, pool].map((callers) => callers.warm()));
    const loaded = async (callers: Callers, perSecond: number) => {
      const { tally, startMs } = await callers.load({ perSecond, forMs: FOR_MS });
      const share = await shareSentTo(slow.address, callers, startMs + KNOWN_MS);
      return { p99: tally.latencyMs(0.99, { fromMs: KNOWN_MS }), share };
    };
    const [healthy, ofOne, ofTwenty, ofPool] = await Promise.all([
      loaded(well, 150),
      loaded(one, 150),
      loaded(twenty, 500),
      loaded(pool, 50),
    ]);
    for (const [clients, { p99, share }] of [
      ["1 client", ofOne],
      ["20 clients", ofTwenty],
    ] as const) {
      measure(`p99 <= 1.3 x healthy, ${clients}`, `${ms(p99)} to ${ms(healthy.p99)}`, p99 <= 1.3 * healthy.p99);
      measure(`share of the slow one <= 1%, ${clients}`, percent(share), share <= 0.01);
    }
    measure("control: share in undici's BalancedPool", percent(ofPool.share), ofPool.share > 0.1);
    measure("control: p99 of undici's BalancedPool", ms(ofPool.p99), ofPool.p99 > 1.3 * healthy.p99);
  }),
};

/** The share of what these callers sent from then on. */
async function shareSentTo(address: string, { processes }: Callers, fromMs: number): Promise<number> {
  let sent = 0;
  let all = 0;
  for (const process of processes) {
    for (const [host, { requestsMs }] of await process.ask("traffic")) {
      const count = requestsMs.filter((atMs) => atMs >= fromMs).length;
      all += count;
      if (new URL(address).host === host) sent += count;
    }
  }
  return sent / all;
}
