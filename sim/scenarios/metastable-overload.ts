import { type CallPolicy, type ServeOptions, serve } from "shoal";
import { createProcessor, type World } from "shoal/testing";
import { leaf } from "../leaf.ts";
import { percent, type Scenario } from "../scenario.ts";

const CALL: CallPolicy = { deadlineMs: 1_000, attemptMs: 1_000, attemptsMax: 4 };
/** As if there were no budget: the naive way. */
const NO_BUDGET: CallPolicy = { ...CALL, budgetRatio: 1, budgetReservePerSecond: 1_000 };
/** 64 requests at once, and 128 that wait: at the trigger's 220/s still answered in time. */
const BOUNDED: Partial<ServeOptions> = { concurrencyMax: 64 };
const UNBOUNDED: Partial<ServeOptions> = { concurrencyMax: 1_000_000 };
const HEALTHY_MS = 10_000;
const TRIGGER_MS = 10_000;
const AFTER_MS = 40_000;

/** A service of one core does 1 000 requests a second; for 10 s it does only 220, as in the OSDI'22 paper's trigger. */
export const metastableOverload: Scenario = {
  number: 14,
  title: "metastable overload: capacity -78% for 10 s, bounded server",
  comparable: "OSDI'22 Retry_Metastability: with 4 attempts it never recovers",
  async run({ world: makeWorld, measure }) {
    for (const perSecond of [700, 850]) {
      const good = await overload(makeWorld(), perSecond, { policy: CALL, options: BOUNDED });
      const recovered = good.recoveredMs === undefined ? "never" : `${(good.recoveredMs / 1_000).toFixed(0)} s`;
      measure(`well for 5 s within 5 s, ${perSecond}/s`, recovered, (good.recoveredMs ?? Infinity) <= 5_000);
      measure(`goodput meanwhile >= 20%, ${perSecond}/s`, percent(good.goodput, 1), good.goodput >= 0.2);
      const naive = await overload(makeWorld(), perSecond, { policy: NO_BUDGET, options: UNBOUNDED });
      const never = naive.recoveredMs === undefined;
      measure(`control: no limits, ${perSecond}/s`, never ? "not after 40 s" : `${naive.recoveredMs} ms`, never);
    }
  },
};

interface Ways {
  readonly policy: CallPolicy;
  readonly options: Partial<ServeOptions>;
}

async function overload(world: World, perSecond: number, { policy, options }: Ways) {
  let setSpeed = (_speed: number) => {};
  await world.start("leaf", (instance) => {
    const core = createProcessor(instance.runtime.ports.clock);
    ({ setSpeed } = core);
    const work = async () => {
      await core.work(1);
      return {};
    };
    return serve(leaf, { work }, options);
  });
  const consumer = world.join("caller").use(leaf, { ...policy, connectionsMax: 256, waitersMax: 10_000 });
  const tally = world.load({
    perSecond,
    forMs: HEALTHY_MS + TRIGGER_MS + AFTER_MS,
    call: () => consumer.work(),
  });
  await world.run(HEALTHY_MS);
  const fromMs = world.clock.now();
  setSpeed(0.22);
  await world.run(TRIGGER_MS);
  setSpeed(1);
  const toMs = world.clock.now();
  await world.run(AFTER_MS);
  const recoveredMs = tally.recoveredMs(toMs, 0.99, 5);
  return {
    goodput: tally.successRatio({ fromMs, toMs }),
    recoveredMs: recoveredMs === undefined ? undefined : recoveredMs - toMs,
  };
}
