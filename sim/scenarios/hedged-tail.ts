import type { CallPolicy } from "shoal";
import { lognormal, type Tally, type World, worker } from "shoal/testing";
import { startCallers } from "../leaf.ts";
import type { PlotLine } from "../report/plot.ts";
import { ms, percent, type Scenario } from "../scenario.ts";

/**
 * Three minutes of the load of the scenario without hedging: each of 20 callers meets the slow instance once before it can
 * have measured anything, and in one minute those are two thirds of all the calls that the 99.9th percentile leaves out.
 */
const LOAD = { perSecond: 500, forMs: 180_000 };
/** Of one caller, or where nobody hedges, or all are well, one minute tells as much. */
const PLAIN_FOR_MS = 60_000;
const HEDGED: CallPolicy = { hedgeExtraLoad: 0.01 };

/** One of five instances is ten times as slow as the others, for good, and callers hedge 1 % of their calls. */
export const hedgedTail: Scenario = {
  number: 6,
  title: "one 10x slow replica of 5, with hedge 1%",
  comparable: "p99.9 of a healthy set; The Tail at Scale: 1800 to 74 ms for 2% more requests",
  long: true,
  async run({ world: makeWorld, measure, plot }) {
    const lines: PlotLine[] = [];
    for (const callers of [1, 20]) {
      const healthy = await loaded(makeWorld(), { callers, slowness: 1, policy: {} });
      const hedged = await loaded(makeWorld(), { callers, slowness: 10, policy: HEDGED });
      const { p999Ms, extraRatio } = hedged;
      const holds = p999Ms <= 1.5 * healthy.p999Ms;
      if (callers === 20) lines.push(lineOf("hedged", hedged.tally), lineOf("all five well", healthy.tally));
      measure(`p99.9 <= 1.5 x healthy, ${callers} callers`, `${ms(p999Ms)} to ${ms(healthy.p999Ms)}`, holds);
      measure(`extra requests <= 1%, ${callers} callers`, percent(extraRatio), extraRatio <= 0.01);
    }
    const { p999Ms, tally } = await loaded(makeWorld(), { callers: 20, slowness: 10, policy: {} });
    measure("control: p99.9 without hedging, 20 callers", ms(p999Ms), p999Ms > 60);
    plot({
      name: "hedged-tail",
      title: "The tail while one instance of five is ten times as slow, with and without hedging",
      x: "of the calls, %",
      y: "take at most, ms",
      lines: [lineOf("not hedged", tally), ...lines],
    });
  },
};

function lineOf(name: string, tally: Tally): PlotLine {
  const percentiles = Array.from({ length: 100 }, (_, index) => 99 + index / 100);
  return { name, points: percentiles.map((percentile) => [percentile, tally.latencyMs(percentile / 100)]) };
}

interface Setting {
  readonly callers: number;
  readonly slowness: number;
  readonly policy: CallPolicy;
}

async function loaded(world: World, { callers, slowness, policy }: Setting) {
  const forMs = policy === HEDGED && callers > 1 ? LOAD.forMs : PLAIN_FOR_MS;
  const leaves = await world.start(
    "leaf",
    (instance) => worker(instance, lognormal(instance.id === "leaf-1" ? 10 * slowness : 10, 0.3)),
    { instances: 5 },
  );
  const tally = startCallers(world, { ...LOAD, forMs, callers, policy });
  await world.run(forMs + 2_000);
  const received = leaves.reduce((sum, leaf) => sum + leaf.received(), 0);
  return { tally, p999Ms: tally.latencyMs(0.999), extraRatio: received / tally.calls() - 1 };
}
