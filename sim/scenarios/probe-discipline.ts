import { lognormal, type SimulatedInstance, worker } from "shoal/testing";
import { leaf } from "../leaf.ts";
import type { Scenario } from "../scenario.ts";

/** It falls ill amid the traffic: the few retries that a process begins with are not what is tested here. */
const ILL_MS = 5_000;
const HEAL_MS = ILL_MS + 60_000;

/** An ejected instance is tried by one request at a time, however many could; once well, it soon has its share again. */
export const probeDiscipline: Scenario = {
  number: 12,
  title: "probe discipline: one ejected replica recovers, 500/s",
  comparable: "Linkerd's single probe; cockatiel lets 199 through at once",
  async run({ world: makeWorld, measure }) {
    const world = makeWorld();
    let bad: SimulatedInstance | undefined;
    let mostWhileOut = 0;
    const outSinceMs = () =>
      world.timeline.milestones.find(({ what }) => what.startsWith("logs: leaf-1 fails too often"))?.atMs;
    const backMs = () =>
      world.timeline.milestones.find(({ what }) => what.startsWith("logs: leaf-1 answers again"))?.atMs;
    await world.start(
      "leaf",
      (instance) => {
        const handle = worker(instance, lognormal(100, 0.3));
        bad ??= instance;
        if (instance !== bad) return handle;
        return async (request, context) => {
          const outMs = outSinceMs();
          // what was under way when it went out is no probe
          const isProbe = outMs !== undefined && world.clock.now() > outMs + 400 && backMs() === undefined;
          if (isProbe) mostWhileOut = Math.max(mostWhileOut, instance.inFlight());
          const reply = await handle(request, context);
          const isIll = world.clock.now() >= ILL_MS && world.clock.now() < HEAL_MS;
          return isIll ? { ...reply, status: 500 } : reply;
        };
      },
      { instances: 5 },
    );
    const consumer = world.join("caller").use(leaf);
    const tally = world.load({ perSecond: 500, forMs: HEAL_MS + 90_000, call: () => consumer.work() });
    await world.run(ILL_MS - world.clock.now());
    const receivedWell = bad?.received() ?? 0;
    await world.run(HEAL_MS - world.clock.now());
    const receivedIll = (bad?.received() ?? 0) - receivedWell;
    await world.run(80_000);
    const readmittedMs = (backMs() ?? Number.POSITIVE_INFINITY) - HEAL_MS;
    const before = bad?.received() ?? 0;
    await world.run(5_000);
    const perSecond = ((bad?.received() ?? 0) - before) / 5;
    measure("requests at once while it is out: 1", String(mostWhileOut), mostWhileOut === 1);
    measure("back within 60 s and a probe", `${(readmittedMs / 1_000).toFixed(1)} s`, readmittedMs <= 60_500);
    measure("then its share of 100/s >= 50/s", `${perSecond.toFixed(0)}/s`, perSecond >= 50);
    measure("requests in the minute it is ill <= 40", String(receivedIll), receivedIll <= 40);
    measure("calls that fail: 0", `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
  },
};
