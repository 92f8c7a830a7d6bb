import { type CallPolicy, type ServeOptions, serve } from "shoal";
import { createProcessor, type Processor, type SimulatedInstance, type Tally, type World } from "shoal/testing";
import { leaf } from "../leaf.ts";
import { naiveClient } from "../naive.ts";
import { percent, type Scenario } from "../scenario.ts";

/** An attempt that takes 1 s is given up; up to four are made. All else as by default. */
const POLICY: CallPolicy = { attemptMs: 1_000, attemptsMax: 4 };
/** 64 requests at once, and by default 128 that wait: at the trigger's 220/s still answered within a second. */
const BOUNDED: Partial<ServeOptions> = { concurrencyMax: 64 };
const UNBOUNDED: Partial<ServeOptions> = { concurrencyMax: 1_000_000 };
const CALLERS = 8;
const HEALTHY_MS = 6_000;
const TRIGGER_MS = 10_000;
const AFTER_MS = 14_000;
const PICTURE_PER_SECOND = 850;

/** A service of one core does 1 000 requests a second; for 10 s it does only 220, as in the OSDI'22 paper's trigger. */
export const metastableOverload: Scenario = {
  number: 14,
  title: "metastable overload: capacity -78% for 10 s, bounded server",
  comparable: "OSDI'22 Retry_Metastability: with 4 attempts it never recovers",
  long: true,
  async run({ world: makeWorld, measure, plot }) {
    for (const perSecond of [700, 850]) {
      const good = await overload(makeWorld(), { perSecond, options: BOUNDED }, (_world, caller) => {
        const consumer = caller.use(leaf, POLICY);
        return () => consumer.work();
      });
      measure(`99% for 5 s within 5 s, ${perSecond}/s`, `after ${good.after}`, good.recoveredMs <= 5_000);
      measure(`goodput meanwhile >= 20%, ${perSecond}/s`, percent(good.goodput, 1), good.goodput >= 0.2);
      const computing = await overload(makeWorld(), { perSecond, computes: true }, (_world, caller) => {
        const consumer = caller.use(leaf, POLICY);
        return () => consumer.work();
      });
      measure(
        `the same, computing in the event loop, all defaults, ${perSecond}/s`,
        `after ${computing.after}, ${percent(computing.goodput, 1)}`,
        computing.recoveredMs <= 5_000 && computing.goodput >= 0.2,
      );
      const naive = await overload(makeWorld(), { perSecond, options: UNBOUNDED }, (world, from) =>
        naiveClient(world, { from, service: "leaf", attempts: 4, timeoutMs: 1_000 }),
      );
      const never = naive.recoveredMs === Number.POSITIVE_INFINITY;
      measure(`control: four naive attempts, no limit, ${perSecond}/s`, `after ${naive.after}`, never);
      if (perSecond !== PICTURE_PER_SECOND) continue;
      plot({
        name: "metastable-overload",
        title: `Calls answered in a second, of ${perSecond} asked: for ten seconds the service does a fifth of its work`,
        x: "seconds",
        y: "answered in time",
        lines: [
          { name: "four attempts, no limit", points: naive.answered },
          { name: "Shoal", points: good.answered },
        ],
        trouble: { from: HEALTHY_MS / 1_000, to: (HEALTHY_MS + TRIGGER_MS) / 1_000, label: "a fifth of its speed" },
      });
    }
  },
};

interface Overload {
  readonly perSecond: number;
  /** Default: those of the product. */
  readonly options?: Partial<ServeOptions>;
  /** Whether the work is done in the event loop, and all else waits; else in another core, or a database of one. */
  readonly computes?: boolean;
}

type Client = (world: World, caller: SimulatedInstance) => () => Promise<unknown>;

async function overload(world: World, { perSecond, options, computes = false }: Overload, client: Client) {
  let setSpeed = (_speed: number) => {};
  await world.start("leaf", (instance) => {
    const core = computes ? eventLoopOf(instance) : createProcessor(instance.runtime.ports.clock);
    ({ setSpeed } = core);
    const work = async () => {
      await core.work(1);
      return {};
    };
    return serve(leaf, { work }, options);
  });
  const calls = Array.from({ length: CALLERS }, () => client(world, world.join("caller")));
  const tally = world.load({
    perSecond,
    forMs: HEALTHY_MS + TRIGGER_MS + AFTER_MS,
    call: async (index) => calls[index % CALLERS]?.(),
  });
  await world.run(HEALTHY_MS);
  const fromMs = world.clock.now();
  setSpeed(0.22);
  await world.run(TRIGGER_MS);
  setSpeed(1);
  const toMs = world.clock.now();
  await world.run(AFTER_MS);
  const recoveredMs = (tally.recoveredMs(toMs, 0.99, 5) ?? Number.POSITIVE_INFINITY) - toMs;
  const after = recoveredMs === Number.POSITIVE_INFINITY ? `${AFTER_MS / 1_000} s not yet` : `${recoveredMs / 1_000} s`;
  return {
    goodput: tally.successRatio({ fromMs, toMs }),
    recoveredMs,
    after,
    answered: answeredEachSecond(tally, fromMs),
  };
}

/** Calls that succeeded, by the second in which they began. */
function answeredEachSecond(tally: Tally, triggerMs: number): readonly (readonly [number, number])[] {
  const startMs = triggerMs - HEALTHY_MS;
  return Array.from({ length: (HEALTHY_MS + TRIGGER_MS + AFTER_MS) / 1_000 }, (_, second) => {
    const span = { fromMs: startMs + second * 1_000, toMs: startMs + (second + 1) * 1_000 };
    return [second, Math.round(tally.calls(span) * tally.successRatio(span))];
  });
}

/** The core on which an instance's own code runs. */
function eventLoopOf(instance: SimulatedInstance): Pick<Processor, "work" | "setSpeed"> {
  let speed = 1;
  return {
    work: (ms) => instance.compute(ms / speed),
    setSpeed(next) {
      speed = next;
    },
  };
}
