import { type CallPolicy, type Criticality, serve } from "shoal";
import { lognormal, type SimulatedInstance, type World } from "shoal/testing";
import { leaf } from "../leaf.ts";
import { ms, percent, type Scenario } from "../scenario.ts";

/** Each request is read, waits for a database, and then computes for a millisecond. */
const READ_MS = 0.05;
const WAIT_MS = lognormal(30, 0.3);
const COMPUTE_MS = 1;
/** Requests a second that keep the event loop busy all the time. */
const CAPACITY = 1_000 / (READ_MS + COMPUTE_MS);
const CALLERS = 20;
const SETTLE_MS = 5_000;
const MEASURE_MS = 25_000;

/** Of a hundred calls. */
const MIX: readonly { readonly criticality: Criticality; readonly percent: number }[] = [
  { criticality: "critical", percent: 20 },
  { criticality: "default", percent: 50 },
  { criticality: "sheddable", percent: 30 },
];

/** Twice as much as can be done comes in for half a minute; what matters most must not notice. */
export const sustainedOverload: Scenario = {
  number: 16,
  title: "sustained overload: twice the capacity, mixed criticality",
  comparable: 'DAGOR\'s 20 ms rule; Netflix, "Performance under load"',
  async run({ world: makeWorld, measure }) {
    const calm = await offer(makeWorld(), CAPACITY / 2);
    const over = await offer(makeWorld(), CAPACITY * 2);
    const goodput = over.answered / (CAPACITY * (MEASURE_MS / 1_000));
    measure("goodput >= 90% of the capacity", percent(goodput, 1), goodput >= 0.9);
    const ratio = over.p99Ms / calm.p99Ms;
    measure("p99 of what is admitted <= 2x that at half load", `${ms(over.p99Ms)}, ${ratio.toFixed(2)}x`, ratio <= 2);
    const { critical, sheddable, default: usual } = over.success;
    measure("critical calls succeed >= 99%", percent(critical), critical >= 0.99);
    measure(
      "sheddable calls are shed before default ones",
      `${percent(sheddable)} < ${percent(usual)}`,
      sheddable < usual,
    );
    measure("nothing is refused at half load", `${calm.failed} failed`, calm.failed === 0);
  },
};

async function offer(world: World, perSecond: number) {
  await world.start("leaf", (instance) => computing(instance));
  const call = mixedCalls(world);
  const tooksMs: number[] = [];
  const counts = { critical: [0, 0], default: [0, 0], sheddable: [0, 0] } satisfies Record<Criticality, number[]>;
  let failed = 0;
  world.load({
    perSecond,
    forMs: SETTLE_MS + MEASURE_MS,
    async call(index) {
      const startMs = world.clock.now();
      const { criticality, answered } = await call(index);
      if (startMs < SETTLE_MS) return;
      const count = counts[criticality];
      count[answered ? 0 : 1] = (count[answered ? 0 : 1] ?? 0) + 1;
      if (answered) tooksMs.push(world.clock.now() - startMs);
      else failed += 1;
    },
  });
  await world.run(SETTLE_MS + MEASURE_MS + 1_000);
  tooksMs.sort((left, right) => left - right);
  const success = (criticality: Criticality) => {
    const [good = 0, bad = 0] = counts[criticality];
    return good / (good + bad);
  };
  return {
    answered: tooksMs.length,
    failed,
    p99Ms: tooksMs[Math.floor(tooksMs.length * 0.99)] ?? 0,
    success: { critical: success("critical"), default: success("default"), sheddable: success("sheddable") },
  };
}

/** A service whose requests compete for its event loop, from the moment that they are read. */
function computing(instance: SimulatedInstance) {
  const { random } = instance.runtime.ports;
  const served = serve(leaf, {
    async work() {
      await instance.sleep(WAIT_MS(random));
      await instance.compute(COMPUTE_MS);
      return {};
    },
  });
  const { handle } = served;
  return async (...request: Parameters<typeof handle>) => {
    await instance.compute(READ_MS);
    return handle(...request);
  };
}

/** Calls of the mix, by processes that make each call once and hold none back: the server alone has to cope. */
function mixedCalls(world: World) {
  const consumers = Array.from({ length: CALLERS }, () => {
    const caller = world.join("caller");
    const policyFor = (criticality: Criticality): CallPolicy => ({ criticality, attemptsMax: 1, throttleRatioMin: 0 });
    return {
      critical: caller.use(leaf, policyFor("critical")),
      default: caller.use(leaf, policyFor("default")),
      sheddable: caller.use(leaf, policyFor("sheddable")),
    };
  });
  return async (index: number) => {
    const criticality = criticalityOf(Math.floor(world.random() * 100));
    const answered = await (consumers[index % CALLERS]?.[criticality].work() ?? Promise.reject()).then(
      () => true,
      () => false,
    );
    return { criticality, answered };
  };
}

function criticalityOf(drawn: number): Criticality {
  let upTo = 0;
  for (const { criticality, percent } of MIX) {
    upTo += percent;
    if (drawn < upTo) return criticality;
  }
  return "default";
}
